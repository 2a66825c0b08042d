// @ts-check
// The tokens that are sent, through every stage in the life of the key that signed them. Unknown `kid`s are sent all the time, so
// the API fetches keys as often as it ever would: once in 10 seconds. What it must know by then is told apart from what it may.
import { badTokens, dpopClient } from '@portcullis/testing'

/**
 * @typedef {import('@portcullis/testing').TestAuthorizationServer} Server
 * @typedef {{ token: string, client: import('@portcullis/testing').DpopClient }} Bound
 * @typedef {{ bearer: string[], bound: Bound[], kids: Set<string> }} Generation what was signed between two rotations
 */

/** So long the API may need to learn of a change, in seconds: a fetch is due after 10, and is quick. */
const learning = 15
/** From one rotation to the next. */
const cycle = 60
const perGeneration = 100

/** @param {Server} server */
export async function rotatingTokens(server) {
  let current = await sign(server, new Set())
  /** @type {Generation | undefined} */
  let withdrawn
  /** @type {string[]} */
  let hostile = []
  let rotations = 0

  const wait = (/** @type {number} */ seconds) =>
    new Promise((resolve) => setTimeout(resolve, seconds * 1000).unref())

  async function renewHostile() {
    // Some are only not good yet.
    hostile = await Promise.all(badTokens.map(({ make }) => make(server)))
  }

  async function rotate() {
    await server.rotate({ keepOld: true })
    const next = await sign(server, kidsOf(server, current.kids))
    rotations++
    await wait(learning)
    const old = current
    current = next
    await wait(learning)
    server.publish(server.jwks.keys.filter(({ kid }) => next.kids.has(kid ?? '')))
    withdrawn = undefined
    await wait(learning)
    withdrawn = old
  }

  await renewHostile()
  return {
    bearer: () => pick(current.bearer),
    bound: () => pick(current.bound),
    /** Undefined while no key was withdrawn for long enough. */
    withdrawn: () => withdrawn && pick(withdrawn.bearer),
    hostile: () => pick(hostile),
    rotations: () => rotations,
    /** Until the process ends. @param {(error: unknown) => void} failed */
    keepGoing(failed) {
      const again = (/** @type {() => Promise<void>} */ work, /** @type {number} */ seconds) =>
        setInterval(() => void work().catch(failed), seconds * 1000).unref()
      again(rotate, cycle)
      again(renewHostile, 30)
    },
  }
}

/** @typedef {Awaited<ReturnType<typeof rotatingTokens>>} Tokens */

/** @param {Server} server @param {Set<string>} kids of the keys that sign now @returns {Promise<Generation>} */
async function sign(server, kids) {
  const expiresInSeconds = 86_400
  const bearer = Array.from({ length: perGeneration }, (_, number) =>
    server.mint({ clientId: `client-${number}`, expiresInSeconds, alg: number % 2 ? 'RS256' : 'ES256' }),
  )
  const bound = Array.from({ length: perGeneration }, async () => {
    const client = dpopClient()
    return { client, token: await server.mint({ boundTo: client, expiresInSeconds }) }
  })
  return {
    bearer: await Promise.all(bearer),
    bound: await Promise.all(bound),
    kids: kids.size > 0 ? kids : kidsOf(server, new Set()),
  }
}

/** @param {Server} server @param {ReadonlySet<string>} except */
function kidsOf(server, except) {
  return new Set(server.jwks.keys.map(({ kid = '' }) => kid).filter((kid) => !except.has(kid)))
}

/** @template T @param {readonly T[]} all */
function pick(all) {
  return /** @type {T} */ (all[Math.floor(Math.random() * all.length)])
}
