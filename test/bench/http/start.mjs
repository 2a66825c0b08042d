import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('server.mjs', import.meta.url))

/** Whether there is such a command. @param {string} name */
export function has(name) {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Words that keep a program on one core, where that can be said. @param {number} core */
export function onCore(core) {
  return has('taskset') ? ['taskset', '-c', String(core)] : []
}

/**
 * An application in a process of its own. Alone, it has the second core to itself: the load comes from the first.
 *
 * @param {import('./server.mjs').Order} order
 */
export async function start(order) {
  const alone = order.workers ? [] : onCore(1)
  const [command, ...words] = [...alone, process.execPath, program, JSON.stringify(order)]
  const child = spawn(command, words, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  let leaving = false
  async function end() {
    const [code] = await once(child, 'exit')
    if (!leaving) throw new Error(`${order.name} ended with ${code}`)
    return undefined
  }
  const gone = end()
  const answer = async () => (await Promise.race([once(child, 'message'), gone]))?.[0]
  const { port } = await answer()
  const ask = (/** @type {string} */ question) => {
    child.send(question)
    return answer()
  }
  return {
    name: order.name,
    port: /** @type {number} */ (port),
    /** @returns {Promise<number>} in microseconds, since its start */
    cpu: async () => (await ask('cpu')).microseconds,
    startProfile: () => ask('start profile'),
    /** @returns {Promise<import('../profile.mjs').Profile>} */
    stopProfile: async () => (await ask('stop profile')).profile,
    async stop() {
      leaving = true
      child.disconnect()
      await gone
    },
  }
}

/** @typedef {Awaited<ReturnType<typeof start>>} Server */
