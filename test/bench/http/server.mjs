// One application in a process of its own: serves until its parent leaves, and tells it what time it took.
import cluster from 'node:cluster'
import { profiler } from '../profile.mjs'
import { apps } from './apps.mjs'

/**
 * @typedef {import('../authority.mjs').Facts & { redis?: string }} AppFacts
 * @typedef {{ name: string, facts: AppFacts, workers?: number }} Order
 */

/** @type {Order} */
const { name, facts, workers = 0 } = JSON.parse(process.argv[2] ?? '{}')

if (workers > 0 && cluster.isPrimary) {
  let left = workers
  for (let number = 0; number < workers; number++) {
    cluster.fork().on('message', ({ port }) => {
      if (--left === 0) process.send?.({ port })
    })
  }
} else {
  const app = apps[name]
  if (!app) throw new Error(`no such application: ${name}`)
  // Workers of a cluster share the port that the first of them is given.
  process.send?.({ port: await app(facts) })
}

/** @type {Awaited<ReturnType<typeof profiler>> | undefined} */
let profile
/** @param {unknown} question */
async function answer(question) {
  if (question === 'start profile') {
    profile = await profiler()
    await profile.start()
    return {}
  }
  if (question === 'stop profile') {
    await profile?.stop()
    return { profile: profile?.result() }
  }
  const { user, system } = process.cpuUsage()
  return { microseconds: user + system }
}
process.on('message', (question) => {
  void answer(question).then((message) => process.send?.(message))
})
process.on('disconnect', () => process.exit())
