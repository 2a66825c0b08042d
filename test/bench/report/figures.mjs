/**
 * @typedef {import('./bars.mjs').Results} Results
 * @typedef {import('./bars.mjs').Inside} Inside
 * @typedef {import('./bars.mjs').Http} Http
 */

/** @param {Results} results @param {string} id @param {string} name @param {'wall' | 'cpu'} kind */
export function inside(results, id, name, kind) {
  const all = /** @type {Inside[] | undefined} */ (results[id])
  return all?.find((one) => one.name === name)?.[kind]
}

/** How many times one figure goes into another; nothing when one of them is not there. @param {number | undefined} of @param {number | undefined} by */
export const times = (of, by) => (of === undefined || by === undefined ? [] : [of / by])

export const given = (/** @type {number | undefined} */ figure) => (figure === undefined ? [] : [figure])

/**
 * Requests a second and requests per second of the server's CPU time, each relative to `base`: the second is the harsher one
 * where the load cannot keep the server busy.
 *
 * @param {Results} results
 * @param {string} id
 * @param {string} name
 * @param {string} base
 */
export function relative(results, id, name, base) {
  const all = /** @type {Http[] | undefined} */ (results[id])
  const one = all?.find((row) => row.name === name)
  const other = all?.find((row) => row.name === base)
  return one && other ? [one.rate / other.rate, other.cpu / one.cpu] : []
}
