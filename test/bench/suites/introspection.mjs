// An opaque token in process, about which its issuer was asked before.
import { measure, planFor } from '../measure.mjs'
import { portcullisIntrospection } from '../peers/portcullis.mjs'
import { mustVerify } from '../verify.mjs'

/** @type {import('../suite.mjs').Suite} */
export async function introspection({ authority, options, pick }) {
  const { server, facts } = authority
  const mint = (/** @type {object} */ changes) =>
    server.mintOpaque({ scope: 'accounts:read', expiresInSeconds: 86_400, ...changes })
  const sent = { token: await mint({}) }
  const bad = {
    unknown: { token: 'x'.repeat(43) },
    expired: { token: await mint({ expiresInSeconds: -600 }) },
    'another audience': { token: await mint({ audience: 'https://other.example' }) },
  }
  const contenders = pick([portcullisIntrospection(facts)])
  await mustVerify(contenders, { good: [sent, sent], bad })
  const feed = (/** @type {number} */ count) => Array.from({ length: count }, () => sent)
  return {
    'introspection-1': await measure(contenders, feed, { ...planFor(options), concurrency: 1 }),
    'introspection-16': await measure(contenders, feed, { ...planFor(options), concurrency: 16 }),
  }
}
