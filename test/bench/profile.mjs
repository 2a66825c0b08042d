import { Session } from 'node:inspector/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * @typedef {{ place: string, share: number }[]} Profile of the time in which the process was not idle, the most first
 */

/** Says where this process spends its time: between a start and a stop, as often as wanted. */
export async function profiler() {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  /** @type {Map<string, number>} */
  const times = new Map()
  return {
    start: () => session.post('Profiler.start'),
    stop: async () => addSelfTimes(times, (await session.post('Profiler.stop')).profile),
    /** @returns {Profile} */
    result() {
      const total = [...times.values()].reduce((sum, time) => sum + time, 0)
      const all = [...times].map(([place, time]) => ({ place, share: time / total }))
      const own = all.filter(({ place }) => place.includes(' packages/'))
      const ofOurs = own.reduce((sum, { share }) => sum + share, 0)
      const most = all.toSorted((a, b) => b.share - a.share).slice(0, 30)
      return [{ place: 'all functions of Portcullis together', share: ofOurs }, ...most]
    },
  }
}

/** Time in which nothing ran, and that of the profiler itself. */
const ignored = new Set(['(idle)', 'dispatch (native)'])

/**
 * @param {Map<string, number>} times
 * @param {import('node:inspector').Profiler.Profile} profile
 */
function addSelfTimes(times, { nodes, samples = [], timeDeltas = [] }) {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, place(callFrame)]))
  samples.forEach((id, index) => {
    const name = places.get(id) ?? ''
    if (!ignored.has(name)) times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0))
  })
}

/** @param {import('node:inspector').Runtime.CallFrame} frame */
function place({ functionName, url, lineNumber }) {
  const file = url.startsWith('file:') ? relative(root, fileURLToPath(url)) : url
  // Of a package, what its users know it by.
  const short = file.replace(/^.*node_modules\//u, '')
  const name = functionName || '(anonymous)'
  if (short) return `${name} ${short}:${lineNumber + 1}`
  return name.startsWith('(') ? name : `${name} (native)`
}
