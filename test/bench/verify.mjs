// A benchmark of something that does not verify would be a lie: every contender shows that it does, before it is measured.
import { dpopClient, signRaw } from '../../packages/testing/dist/index.js'
import { mint, path, proven, resource } from './authority.mjs'

/**
 * @typedef {import('./authority.mjs').Authority} Authority
 * @typedef {import('./authority.mjs').Sent} Sent
 */

/** @param {Authority} authority @returns {Promise<{ good: Sent[], bad: Record<string, Sent> }>} */
export async function bearerSamples(authority) {
  const good = { token: await mint(authority) }
  const foreign = authority.server.draft({ alg: 'RS256', expiresInSeconds: 600 })
  const [header, payload = '', signature] = good.token.split('.')
  const forged = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'admin' }
  const text = Buffer.from(JSON.stringify(forged)).toString('base64url')
  return {
    // Twice, for whoever has a cache.
    good: [good, good],
    bad: {
      'changed claims': { token: `${header}.${text}.${signature}` },
      expired: { token: await mint(authority, { expiresInSeconds: -600 }) },
      'another audience': { token: await mint(authority, { audience: 'https://other.example' }) },
      'another issuer': { token: await mint(authority, { claims: { iss: 'https://other.example' } }) },
      'another key': { token: signRaw({ ...foreign, key: await foreignKey() }) },
    },
  }
}

/**
 * @param {Authority} authority
 * @param {string} [url]
 * @returns {Promise<{ good: Sent[], bad: Record<string, Sent> }>}
 */
export async function proofSamples(authority, url = resource + path) {
  const client = dpopClient()
  const holder = { client, token: await mint(authority, { boundTo: client }) }
  const { token } = holder
  const other = await mint(authority, { boundTo: client })
  const stale = Math.floor(Date.now() / 1000) - 3600
  return {
    good: [proven(holder, url), proven(holder, url)],
    bad: {
      'no proof': { token },
      'a proof by another key': proven({ client: dpopClient(), token }, url),
      'a proof for another URL': proven(holder, `${url}/other`),
      'a proof for another token': { token, proof: client.proof({ method: 'GET', url, token: other }) },
      'an old proof': { token, proof: client.proof({ method: 'GET', url, token, claims: { iat: stale } }) },
    },
  }
}

async function foreignKey() {
  const { generateKeyPairSync } = await import('node:crypto')
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
}

/**
 * @param {readonly import('./measure.mjs').Contender[]} contenders
 * @param {{ good: Sent[], bad: Record<string, Sent> }} samples
 */
export async function mustVerify(contenders, { good, bad }) {
  for (const { name, prepare, call } of contenders) {
    const accepts = async (/** @type {Sent} */ sent) => {
      await call(prepare(sent))
      return true
    }
    // Each contender remembers its own proofs, so the same good ones serve all of them.
    for (const sent of good) await accepts(sent)
    for (const [fault, sent] of Object.entries(bad)) {
      if (await accepts(sent).catch(() => false)) throw new Error(`${name} accepts ${fault}`)
    }
  }
}
