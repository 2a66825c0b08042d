// A Bearer token in process: one that was seen before, ever new ones, and those of ten thousand clients.
import { bearers } from '../authority.mjs'
import { population, zipf } from '../draw.mjs'
import { measure, planFor } from '../measure.mjs'
import { expressJwt, expressOauth2JwtBearer, passportJwt } from '../peers/guards.mjs'
import { awsJwtVerify, fastJwt, jose, oauth4webapi } from '../peers/libraries.mjs'
import { middlewareContender } from '../peers/middleware.mjs'
import { portcullis } from '../peers/portcullis.mjs'
import { bearerSamples, mustVerify } from '../verify.mjs'

/**
 * @typedef {import('../suite.mjs').Suite} Suite
 * @typedef {import('../authority.mjs').Facts} Facts
 * @typedef {import('../measure.mjs').Contender} Contender
 */

/** @param {Facts} facts @returns {Contender[]} */
function everyone(facts) {
  return [
    portcullis(facts),
    fastJwt(facts, 10_000),
    fastJwt(facts, false),
    awsJwtVerify(facts),
    jose(facts),
    oauth4webapi(facts),
    middlewareContender('express-oauth2-jwt-bearer', expressOauth2JwtBearer(facts)),
    middlewareContender('express-jwt + jwks-rsa', expressJwt(facts)),
    middlewareContender('passport-jwt + jwks-rsa', passportJwt(facts)),
  ]
}

/** @type {Suite} */
export async function bearer({ authority, options, pick }) {
  const contenders = pick(everyone(authority.facts))
  await mustVerify(contenders, await bearerSamples(authority))
  const [sent = { token: '' }] = await bearers(authority, 1)
  const feed = (/** @type {number} */ count) => Array.from({ length: count }, () => sent)
  return {
    'bearer-1': await measure(contenders, feed, { ...planFor(options), concurrency: 1 }),
    'bearer-16': await measure(contenders, feed, { ...planFor(options), concurrency: 16 }),
  }
}

/** @type {Suite} */
export async function firstSight({ authority, options, pick }) {
  const contenders = pick(everyone(authority.facts))
  await mustVerify(contenders, await bearerSamples(authority))
  // Every contender meets the tokens of a round, each of them once.
  /** @type {{ round: number, sent: import('../authority.mjs').Sent[] }} */
  let batch = { round: Number.NaN, sent: [] }
  const most = options.quick ? 200 : 1000
  const feed = async (/** @type {number} */ count, /** @type {number} */ number) => {
    // Before the rounds, where nothing is measured, one batch will do.
    const round = Math.max(-1, number)
    if (batch.round !== round) batch = { round, sent: await bearers(authority, most) }
    return batch.sent.slice(0, count)
  }
  const plan = { ...planFor(options), most }
  return {
    'first-sight-1': await measure(contenders, feed, { ...plan, concurrency: 1 }),
    'first-sight-16': await measure(contenders, feed, { ...plan, concurrency: 16 }),
  }
}

/** @type {Suite} */
export async function bearerZipf({ authority, options, pick }) {
  const contenders = pick(everyone(authority.facts))
  await mustVerify(contenders, await bearerSamples(authority))
  const all = await bearers(authority, population(options))
  const feed = zipf(all)
  // Caches that are warm; the slowest have none and need not see all tokens.
  for (const { name, prepare, call } of contenders) {
    if (name === 'portcullis' || name.endsWith('cached')) for (const sent of all) await call(prepare(sent))
  }
  return { 'bearer-zipf': await measure(contenders, feed, { ...planFor(options), concurrency: 16 }) }
}
