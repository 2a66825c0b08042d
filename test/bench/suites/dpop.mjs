// A DPoP request in process: an RS256 token that was seen before, and a fresh ES256 proof by a key that was seen before.
import { holders, path, proven, resource } from '../authority.mjs'
import { population, zipf } from '../draw.mjs'
import { measure, planFor } from '../measure.mjs'
import { expressOauth2JwtBearer } from '../peers/guards.mjs'
import { oauth4webapi } from '../peers/libraries.mjs'
import { middlewareContender } from '../peers/middleware.mjs'
import { portcullisDpop } from '../peers/portcullis.mjs'
import { startRedis } from '../redis.mjs'
import { mustVerify, proofSamples } from '../verify.mjs'

/** @typedef {import('../suite.mjs').Suite} Suite */

const url = resource + path

/** @param {import('../authority.mjs').Facts} facts */
function everyone(facts) {
  return [
    portcullisDpop(facts),
    middlewareContender('express-oauth2-jwt-bearer', expressOauth2JwtBearer(facts, { dpop: true })),
    oauth4webapi(facts, { requireDPoP: true }),
  ]
}

/** Proofs cost the client more than us: no more of them than a turn needs. @param {{ quick: boolean }} options */
const plan = (options) => ({ ...planFor(options), most: options.quick ? 500 : 4000, concurrency: 16 })

/** @type {Suite} */
export async function dpop({ authority, options, pick }) {
  const contenders = pick(everyone(authority.facts))
  await mustVerify(contenders, await proofSamples(authority))
  const all = await holders(authority, 1)
  return {
    dpop: await measure(
      contenders,
      feedOf((count) => all.flatMap((one) => Array.from({ length: count }, () => one))),
      plan(options),
    ),
  }
}

/** @type {Suite} */
export async function dpopZipf({ authority, options, pick }) {
  const contenders = pick(everyone(authority.facts))
  await mustVerify(contenders, await proofSamples(authority))
  const all = await holders(authority, population(options))
  for (const { name, prepare, call } of contenders) {
    if (name === 'portcullis') for (const holder of all) await call(prepare(proven(holder, url)))
  }
  return { 'dpop-zipf': await measure(contenders, feedOf(zipf(all)), plan(options)) }
}

/** What it costs to remember proofs elsewhere. @type {Suite} */
export async function replayRedis({ authority, options, pick }) {
  const redis = await startRedis()
  if (!redis) return {}
  try {
    const { facts } = authority
    const contenders = pick([
      portcullisDpop(facts, { name: 'portcullis, memory' }),
      portcullisDpop(facts, { name: 'portcullis, Redis', replayStore: redis.store }),
    ])
    const samples = await proofSamples(authority)
    await mustVerify(contenders, samples)
    const all = await holders(authority, 1)
    return {
      'replay-redis': await measure(
        contenders,
        feedOf((count) => all.flatMap((one) => Array.from({ length: count }, () => one))),
        plan(options),
      ),
    }
  } finally {
    await redis.close()
  }
}

/** @param {(count: number, round: number) => Parameters<typeof proven>[0][]} draw */
function feedOf(draw) {
  return (/** @type {number} */ count, /** @type {number} */ round) =>
    draw(count, round).map((holder) => proven(holder, url))
}
