import { bars, judge } from './bars.mjs'
import { relative, times } from './figures.mjs'
import { connections, http, inside, scaled } from './sections.mjs'

/**
 * @typedef {import('./bars.mjs').Results} Results
 * @typedef {import('./bars.mjs').Inside} Inside
 * @typedef {import('./bars.mjs').Http} Http
 */

/** Nothing can be said of a round without answers. @param {number} value @param {string} text */
const known = (value, text) => (Number.isFinite(value) ? text : '–')
/** @param {number} value */
const two = (value) => known(value, value.toFixed(2))
const short = (/** @type {number} */ value) =>
  value < 10 ? two(value) : known(value, value.toFixed(value < 100 ? 1 : 0))
const percent = (/** @type {number} */ value) => known(value, `${Math.round(value * 100)} %`)
const rounded = (/** @type {number} */ value) => known(value, Math.round(value).toLocaleString('en'))

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
export function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  )
}

/** @param {Results} results @param {{ quick: boolean }} run a quick one says where it leads, not more */
export function barsTable(results, { quick }) {
  const rows = bars(results).map((bar) => {
    const { figure, verdict } = judge(bar)
    const ours = figure === undefined ? '–' : short(figure) + bar.unit
    const told = verdict === 'missed' ? '**missed**' : verdict
    return [bar.what, bar.bar, ours, quick && verdict !== 'not run' ? 'too short to judge' : told]
  })
  return table(['', 'Bar', 'Measured', ''], rows)
}

/** @param {Results} results */
export function insideTables(results) {
  return inside.map(({ id, title }) => {
    const rows = /** @type {Inside[] | undefined} */ (results[id])
    return `### ${title}\n\n${rows ? insideTable(rows) : 'Not run.'}`
  })
}

/** @param {readonly Inside[]} rows */
function insideTable(rows) {
  const [first] = rows
  const over = (/** @type {Inside} */ row, /** @type {'cpu' | 'wall'} */ kind) =>
    times(row, first, (turn) => turn[kind]).map(two)
  return table(
    ['', 'CPU, relative to the first', 'time, relative to the first', 'CPU, µs', 'time, µs', 'noise'],
    rows.map((row) => [
      row.name,
      ...over(row, 'cpu'),
      ...over(row, 'wall'),
      short(row.cpu),
      short(row.wall),
      percent(row.spread),
    ]),
  )
}

/** @param {Results} results */
export function httpTables(results) {
  const tables = http.map(({ id, title, bases }) => {
    const rows = /** @type {Http[] | undefined} */ (results[id])
    if (!rows) return `### ${title}\n\nNot run.`
    const cells = rows.map((row) => {
      const base = bases.find((name) => row.name.startsWith(name)) ?? ''
      return [row.name, ...relative(results, id, row.name, base).map(two), ...loadCells(row)]
    })
    return `### ${title}\n\n${table(['', 'requests/s of bare', 'per CPU time of bare', ...loadHead], cells)}`
  })
  return [...tables, scalingTable(results), processesTable(results)]
}

const loadHead = ['requests/s', 'CPU, µs', 'server busy', 'p99, ms', 'noise']

/** @param {Http} row */
function loadCells({ rate, cpu, busy, p99, spread }) {
  return [rounded(rate), short(cpu), percent(busy), short(p99), percent(spread)]
}

/** @param {Results} results */
function scalingTable(results) {
  const title = '### Bearer, one token seen before, by number of connections'
  if (!results['scaling-1']) return `${title}\n\nNot run.`
  const rows = connections
    .filter((count) => results[`scaling-${count}`])
    .map((count) => {
      const all = /** @type {Http[]} */ (results[`scaling-${count}`])
      const rowOf = (/** @type {string} */ name) => all.find((row) => row.name === name)
      const cells = scaled.flatMap((name) => {
        const ours = rowOf(`${name}, portcullis`)
        const [ofBare = Number.NaN] = times(ours, rowOf(name), ({ rate }) => rate)
        return [two(ofBare), rounded(ours?.rate ?? Number.NaN)]
      })
      return [String(count), ...cells]
    })
  const head = scaled.flatMap((name) => [`${name}: of bare`, `${name}: requests/s`])
  return `${title}\n\n${table(['connections', ...head], rows)}`
}

/** @param {Results} results */
function processesTable(results) {
  const title = '### DPoP on Express 5, processes that share one Redis'
  const rows = [1, 2].flatMap((count) => {
    const [row] = /** @type {Http[] | undefined} */ (results[`processes-${count}`]) ?? []
    return row ? [[String(count), rounded(row.rate), short(row.p99), percent(row.spread)]] : []
  })
  if (rows.length === 0) return `${title}\n\nNot run.`
  const note =
    'The load and Redis run on the same cores, so on few cores two processes are not twice as fast.'
  return `${title}\n\n${note}\n\n${table(['processes', 'requests/s', 'p99, ms', 'noise'], rows)}`
}

/** @param {Results} results */
export function storeTable(results) {
  const title = '### The replay store in memory, 1,000,000 live proofs'
  const stores = /** @type {import('./bars.mjs').StoreResult[] | undefined} */ (results['replay-store'])
  if (!stores) return `${title}\n\nNot run.`
  const rows = stores.map(({ clients, ...rest }) => [
    clients.toLocaleString('en'),
    ...[rest.megabytes, rest.microseconds, rest.longestInsert, rest.longestCollection].map(short),
  ])
  const head = ['clients', 'MB', 'an insert, µs', 'longest insert, ms', 'longest garbage collection, ms']
  return `${title}\n\n${table(head, rows)}`
}

/** @param {Record<string, import('../profile.mjs').Profile>} profiles @param {number} most */
export function profileTables(profiles, most) {
  return Object.entries(profiles).map(([title, places]) => {
    const rows = places.slice(0, most).map(({ place, share }) => [place, `${(share * 100).toFixed(1)} %`])
    return `### ${title}: self time, as a share of the time that was not idle\n\n${table(['', ''], rows)}`
  })
}
