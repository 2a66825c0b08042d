// The signature alone, with a key that was imported: what it costs by jose, and what `node:crypto` would cost that makes no use of threads.
import { createPublicKey, verify } from 'node:crypto'
import { flattenedVerify } from 'jose'
import { bearers, holders, path, proven, resource } from '../authority.mjs'
import { measure, planFor } from '../measure.mjs'

/**
 * @typedef {import('../measure.mjs').Contender} Contender
 * @typedef {import('../authority.mjs').Sent} Sent
 */

/** @type {import('../suite.mjs').Suite} */
export async function signature({ authority, options }) {
  const [sent] = await bearers(authority, 1)
  const [holder] = await holders(authority, 1)
  const jwk = authority.facts.jwks.keys.find(({ kty }) => kty === 'RSA')
  if (!sent || !holder || !jwk) throw new Error('there is nothing to verify')
  const { proof = '' } = proven(holder, resource + path)
  const ofProof = JSON.parse(Buffer.from(proof.split('.')[0] ?? '', 'base64url').toString()).jwk
  const contenders = [
    ...verifiers('RS256 token', 'RS256', jwk, ({ token }) => token),
    ...verifiers('ES256 proof', 'ES256', ofProof, (one) => one.proof ?? ''),
  ]
  const feed = (/** @type {number} */ count) => Array.from({ length: count }, () => ({ ...sent, proof }))
  return {
    'signature-1': await measure(contenders, feed, { ...planFor(options), concurrency: 1 }),
    'signature-16': await measure(contenders, feed, { ...planFor(options), concurrency: 16 }),
  }
}

/**
 * @param {string} what
 * @param {string} algorithm
 * @param {object} jwk
 * @param {(sent: Sent) => string} textOf
 * @returns {Contender[]}
 */
function verifiers(what, algorithm, jwk, textOf) {
  const key = createPublicKey({ key: /** @type {import('node:crypto').JsonWebKey} */ (jwk), format: 'jwk' })
  const prepare = (/** @type {Sent} */ sent) => {
    const [header = '', payload = '', signature = ''] = textOf(sent).split('.')
    return { protected: header, payload, signature }
  }
  return [
    {
      name: `${what}, jose`,
      prepare,
      call: (jws) => flattenedVerify(/** @type {Jws} */ (jws), key, { algorithms: [algorithm] }),
    },
    {
      name: `${what}, node:crypto, synchronous`,
      prepare,
      call: (jws) => verifyAtOnce(/** @type {Jws} */ (jws), key),
    },
  ]
}

/** @typedef {{ protected: string, payload: string, signature: string }} Jws */

/** @param {Jws} jws @param {import('node:crypto').KeyObject} key */
function verifyAtOnce({ protected: header, payload, signature }, key) {
  const data = Buffer.from(`${header}.${payload}`)
  const isGood = verify(
    'sha256',
    data,
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!isGood) throw new Error('a good signature was refused')
}
