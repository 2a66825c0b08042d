// Who issues the tokens that every contender verifies, and what each of them has to be told about it.
import { createServer } from 'node:http'
import { dpopClient, startAuthorizationServer } from '../../packages/testing/dist/index.js'

export const resource = 'https://api.example'
export const path = '/accounts'
const day = 86_400

/**
 * @typedef {{ issuer: string, jwksUri: string, wellKnown: string, jwks: { keys: import('node:crypto').JsonWebKey[] },
 *   introspectionClient: { id: string, secret: string } }} Facts
 * `wellKnown` is an origin that serves the keys at `/.well-known/jwks.json`, the only place where some look.
 * @typedef {{ token: string, proof?: string }} Sent what a client sends with one request
 * @typedef {import('../../packages/testing/dist/index.js').DpopClient} Client
 */

export async function startAuthority() {
  const server = await startAuthorizationServer({ audience: resource })
  const front = createServer((_request, response) => response.end(JSON.stringify(server.jwks)))
  await new Promise((resolve) => front.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (front.address())
  const { issuer, jwksUri, introspectionClient } = server
  const { id, secret } = introspectionClient
  return {
    server,
    /** @type {Facts} */
    facts: {
      issuer,
      jwksUri,
      wellKnown: `http://127.0.0.1:${port}/`,
      jwks: server.jwks,
      introspectionClient: { id, secret },
    },
    close: async () => {
      front.close()
      front.closeAllConnections()
      await server.close()
    },
  }
}

/** @typedef {Awaited<ReturnType<typeof startAuthority>>} Authority */

/**
 * An access token as it is usual: RS256, and good for longer than any run lasts.
 *
 * @param {Authority} authority
 * @param {import('../../packages/testing/dist/index.js').MintOptions} [options]
 */
export function mint({ server }, options) {
  return server.mint({ alg: 'RS256', scope: 'accounts:read', expiresInSeconds: day, ...options })
}

/**
 * @param {Authority} authority
 * @param {number} count
 * @returns {Promise<Sent[]>}
 */
export function bearers(authority, count) {
  return Promise.all(
    Array.from({ length: count }, async (_, number) => ({
      token: await mint(authority, { clientId: `client-${number}` }),
    })),
  )
}

/**
 * Clients with a key of their own, and the token that is bound to it.
 *
 * @param {Authority} authority
 * @param {number} count
 */
export function holders(authority, count) {
  return Promise.all(
    Array.from({ length: count }, async (_, number) => {
      const client = dpopClient()
      return { client, token: await mint(authority, { clientId: `client-${number}`, boundTo: client }) }
    }),
  )
}

/**
 * @param {{ client: Client, token: string }} holder
 * @param {string} url
 * @returns {Sent}
 */
export function proven({ client, token }, url) {
  return { token, proof: client.proof({ method: 'GET', url, token }) }
}
