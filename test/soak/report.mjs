// @ts-check
import { flatness, limits } from './flat.mjs'

/**
 * @typedef {{ seconds: number, heapUsed: number, rss: number, delayP99: number, unhandledRejections: number,
 *   uncaughtExceptions: number, listenerWarnings: number, events: Record<string, number> }} Sample
 * @typedef {import('./load.mjs').Tally} Tally
 */

const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(1)} MB`

/**
 * @param {readonly Sample[]} samples
 * @param {Record<string, Tally>} tallies
 * @param {{ minutes: number, rotations: number }} run
 * @returns {{ text: string, faults: string[] }}
 */
export function report(samples, tallies, { minutes, rotations }) {
  const last = samples.at(-1)
  const memory = /** @type {const} */ (['heapUsed', 'rss']).map((name) => {
    const values = samples.map((sample) => ({ seconds: sample.seconds, value: sample[name] }))
    return { name, ...flatness(values, limits[name]) }
  })
  const wrong = Object.entries(tallies).filter(([, tally]) => Object.keys(tally.wrong).length > 0)
  const counted = /** @type {const} */ (['unhandledRejections', 'uncaughtExceptions', 'listenerWarnings'])
  const faults = [
    ...wrong.map(([name]) => `unexpected answers: ${name}`),
    ...memory.filter(({ verdict }) => verdict === 'growing').map(({ name }) => `${name} grows`),
    ...counted.filter((name) => last?.[name] !== 0).map((name) => `${name}: ${last?.[name]}`),
  ]
  const text = [
    `# Soak: ${minutes} minutes, ${rotations} rotations of keys`,
    table(['', 'as expected', 'otherwise'], answerRows(tallies)),
    table(
      ['memory over the second half', 'growth', 'allowed', ''],
      memory.map(({ name, growth, allowed, verdict }) => [
        name,
        megabytes(growth),
        megabytes(allowed),
        verdict,
      ]),
    ),
    table(['', ''], [...counted.map((name) => [name, String(last?.[name] ?? 0)]), ...delayRows(samples)]),
    table(
      ['events', ''],
      Object.entries(last?.events ?? {}).map(([type, count]) => [type, String(count)]),
    ),
    table(['seconds', 'heap after a collection', 'RSS', 'event-loop delay p99, ms'], sampleRows(samples)),
    faults.length > 0 ? `**Faults:** ${faults.join('; ')}` : conclusion(memory),
  ].join('\n\n')
  return { text, faults }
}

/** @param {readonly { verdict: string }[]} memory */
function conclusion(memory) {
  return memory.every(({ verdict }) => verdict === 'flat')
    ? 'All is as it should be.'
    : 'The answers are as they should be; for a word on memory the run was too short.'
}

/** @param {Record<string, Tally>} tallies */
function answerRows(tallies) {
  return Object.entries(tallies).map(([name, { right, wrong }]) => [
    name,
    String(right),
    Object.entries(wrong)
      .map(([status, count]) => `${count} × ${status === '0' ? 'no answer' : status}`)
      .join(', ') || '–',
  ])
}

/** @param {readonly Sample[]} samples */
function delayRows(samples) {
  const sorted = samples.map(({ delayP99 }) => delayP99).toSorted((a, b) => a - b)
  const at = (/** @type {number} */ index) => `${(sorted[index] ?? 0).toFixed(1)} ms`
  return [
    ['event-loop delay p99, median of the samples', at(sorted.length >> 1)],
    ['event-loop delay p99, worst sample', at(sorted.length - 1)],
  ]
}

/** At most about twenty of them. @param {readonly Sample[]} samples */
function sampleRows(samples) {
  const every = Math.ceil(samples.length / 20)
  return samples
    .filter((_, index) => index % every === 0)
    .map(({ seconds, heapUsed, rss, delayP99 }) => [
      seconds.toFixed(0),
      megabytes(heapUsed),
      megabytes(rss),
      delayP99.toFixed(1),
    ])
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
