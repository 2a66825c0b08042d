// A DPoP request in process: an RS256 token that was seen before, and a fresh ES256 proof by a key that was seen before.

import { auth } from 'express-oauth2-jwt-bearer'
import * as oauth from 'oauth4webapi'
import { fromNode, jwtIssuer, protectedResource } from '../../../packages/core/dist/index.js'
import { dpopClient, startAuthorizationServer } from '../../../packages/testing/dist/index.js'
import { measure } from '../measure.mjs'

const resource = 'https://api.example'
const path = '/accounts'
const url = `${resource}${path}`

/** @param {{ quick: boolean }} options */
export async function dpop({ quick }) {
  const server = await startAuthorizationServer({ audience: resource })
  const client = dpopClient()
  const token = await server.mint({ alg: 'RS256', boundTo: client })
  const proofs = (/** @type {number} */ count) =>
    Array.from({ length: count }, () => client.proof({ method: 'GET', url, token }))
  try {
    const contenders = [
      ours(server, token, proofs),
      bearer(server, token, proofs),
      await web(server, token, proofs),
    ]
    return await measure(contenders, {
      rounds: quick ? 5 : 15,
      requests: quick ? 400 : 2000,
      concurrency: 16,
    })
  } finally {
    await server.close()
  }
}

/** @typedef {(server: { issuer: string }, token: string, proofs: (count: number) => string[]) => import('../measure.mjs').Contender} Make */

/** @type {Make} */
function ours(server, token, proofs) {
  const api = protectedResource({
    resource,
    issuers: [jwtIssuer({ issuer: server.issuer })],
    dpop: { required: true },
    onEvent: () => {},
  })
  return {
    name: 'portcullis',
    prepare: async (count) =>
      proofs(count).map((proof) => () => {
        const request = { method: 'GET', url: path, rawHeaders: rawHeaders(token, proof), headers: {} }
        return api.authenticate(fromNode(request))
      }),
  }
}

/** @type {Make} */
function bearer(server, token, proofs) {
  const middleware = auth({
    issuer: server.issuer,
    jwksUri: `${server.issuer}/jwks`,
    audience: resource,
    tokenSigningAlg: 'RS256',
    dpop: { enabled: true, required: true },
  })
  return {
    name: 'express-oauth2-jwt-bearer',
    prepare: async (count) =>
      proofs(count).map((proof) => async () => {
        const headers = { host: 'api.example', authorization: `DPoP ${token}`, dpop: proof }
        const request = {
          method: 'GET',
          headers,
          query: {},
          body: undefined,
          protocol: 'https',
          originalUrl: path,
          host: 'api.example',
          get: (/** @type {string} */ name) => headers[/** @type {'host'} */ (name.toLowerCase())],
          is: () => false,
        }
        await new Promise((resolve, reject) => {
          // @ts-expect-error -- as much of a request of Express as is read
          middleware(request, {}, (error) => (error ? reject(error) : resolve(undefined)))
        })
      }),
  }
}

/** @type {(...given: Parameters<Make>) => Promise<ReturnType<Make>>} */
async function web(server, token, proofs) {
  const issuer = new URL(server.issuer)
  const insecure = { [oauth.allowInsecureRequests]: true }
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
  return {
    name: 'oauth4webapi',
    prepare: async (count) =>
      proofs(count).map((dpop) => () => {
        const headers = { authorization: `DPoP ${token}`, dpop }
        return oauth.validateJwtAccessToken(as, new Request(url, { headers }), resource, {
          ...insecure,
          requireDPoP: true,
        })
      }),
  }
}

/**
 * @param {string} token
 * @param {string} proof
 */
function rawHeaders(token, proof) {
  return ['Host', 'api.example', 'User-Agent', 'bench', 'Authorization', `DPoP ${token}`, 'DPoP', proof]
}
