// Peers that know no framework. Each is set up as its own documentation advises, and asked for what all of them can check:
// signature, issuer, audience and times.
import { createPublicKey } from 'node:crypto'
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier } from 'fast-jwt'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { path, resource } from '../authority.mjs'
import { authorization } from './authorization.mjs'

/**
 * @typedef {import('../authority.mjs').Facts} Facts
 * @typedef {import('../measure.mjs').Contender} Contender
 */

const tokenAlone = (/** @type {import('../authority.mjs').Sent} */ { token }) => token

/** @param {string} name @param {(token: string) => unknown} verify @returns {Contender} */
function library(name, verify) {
  return { name, prepare: tokenAlone, call: (token) => verify(/** @type {string} */ (token)) }
}

/** @param {Facts} facts */
export function jose({ issuer, jwksUri }) {
  const keys = createRemoteJWKSet(new URL(jwksUri))
  const options = { issuer, audience: resource, typ: 'at+jwt', algorithms: ['RS256'] }
  return library('jose', (token) => jwtVerify(token, keys, options))
}

/**
 * The key is given and not looked for, which is its fastest way.
 *
 * @param {Facts} facts
 * @param {false | number} cache
 */
export function fastJwt({ issuer, jwks }, cache) {
  const jwk = jwks.keys.find(({ kty }) => kty === 'RSA') ?? {}
  const verify = createVerifier({
    key: createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: resource,
    requiredClaims: ['iss', 'aud', 'exp'],
    cache,
  })
  return library(cache ? 'fast-jwt, cached' : 'fast-jwt', verify)
}

/** @param {Facts} facts */
export function awsJwtVerify({ issuer, jwksUri, jwks }) {
  const verifier = JwtVerifier.create({ issuer, audience: resource, jwksUri })
  // @ts-expect-error -- its type wants members that keys need not have
  verifier.cacheJwks(jwks)
  return library('aws-jwt-verify', (token) => verifier.verifySync(token))
}

/** @param {Facts} facts @param {{ requireDPoP?: boolean }} [options] @returns {Contender} */
export function oauth4webapi({ issuer, jwksUri }, { requireDPoP = false } = {}) {
  const as = { issuer, jwks_uri: jwksUri }
  const options = { [oauth.allowInsecureRequests]: true, requireDPoP }
  return {
    name: 'oauth4webapi',
    prepare: ({ token, proof }) => {
      const headers = {
        authorization: authorization({ token, proof }),
        ...(proof && { dpop: proof }),
      }
      return new Request(resource + path, { headers })
    },
    call: (request) => oauth.validateJwtAccessToken(as, /** @type {Request} */ (request), resource, options),
  }
}
