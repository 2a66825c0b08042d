import { median } from '../statistics.mjs'

/**
 * @typedef {import('./bars.mjs').Results} Results
 * @typedef {import('./bars.mjs').Inside} Inside
 * @typedef {import('./bars.mjs').Http} Http
 */

/** @param {Results} results @param {string} id @param {string} name */
export function inside(results, id, name) {
  const all = /** @type {Inside[] | undefined} */ (results[id])
  return all?.find((one) => one.name === name)
}

/** @param {Results} results @param {string} id @param {string} name */
function overHttp(results, id, name) {
  const all = /** @type {Http[] | undefined} */ (results[id])
  return all?.find((row) => row.name === name)
}

/**
 * How many times one goes into another: the median of what it was in each round, since a slow moment of the machine hits all who take
 * turns in it. Nothing when one of them is not there.
 *
 * @param {{ rounds: readonly T[] } | undefined} of
 * @param {{ rounds: readonly T[] } | undefined} by
 * @param {(turn: T) => number} figure
 * @template T
 */
export function times(of, by, figure) {
  if (!of || !by) return []
  const ratios = of.rounds.flatMap((turn, round) => {
    const other = by.rounds[round]
    return other === undefined ? [] : [figure(turn) / figure(other)]
  })
  return [median(ratios)]
}

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
  const [one, other] = [overHttp(results, id, name), overHttp(results, id, base)]
  return [...times(one, other, ({ rate }) => rate), ...times(other, one, ({ cpu }) => cpu)]
}
