import { type DpopOptions, fromFetch, jwtIssuer, protectedResource } from '@portcullis/core'
import type { TestAuthorizationServer } from '@portcullis/testing'
import { auth } from 'express-oauth2-jwt-bearer'
import { createLocalJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'

/** Whether a request was let in, and if not, why. */
export interface Verdict {
  readonly accepted: boolean
  /** Our code, or the message of another verifier; empty for a request that was let in. */
  readonly reason: string
}

/** Judges requests for `audience`. */
export type Verifier = (request: Request) => Promise<Verdict>

export interface Trusted {
  readonly server: TestAuthorizationServer
  readonly audience: string
  /** In milliseconds since the epoch. The others have no clock but `Date`. */
  readonly now: () => number
}

/** Our defaults. */
const algorithms = ['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'Ed25519', 'EdDSA']

export function ours(trusted: Trusted): Verifier {
  return verifierOf(ourApi(trusted, { dpop: { required: true } }))
}

export function oursWithoutDpop(trusted: Trusted): Verifier {
  return verifierOf(ourApi(trusted, {}))
}

function ourApi({ server, audience, now }: Trusted, dpop: { dpop?: DpopOptions }) {
  return protectedResource({
    resource: audience,
    issuers: [jwtIssuer({ issuer: server.issuer, jwks: server.jwks })],
    clockToleranceSeconds: 0,
    ...dpop,
    now,
    onEvent: () => {},
  })
}

function verifierOf(api: ReturnType<typeof ourApi>): Verifier {
  return async (request) => {
    try {
      await api.authenticate(fromFetch(request))
      return accepted
    } catch (error) {
      // Whatever else is thrown is a fault of ours, and no refusal.
      if (api.challenge(error)) return { accepted: false, reason: (error as { code: string }).code }
      throw error
    }
  }
}

/** It accepts proofs from five minutes back to five minutes ahead, and remembers none. */
export function oauth4webapi({ server, audience }: Trusted): Verifier {
  const authorizationServer = { issuer: server.issuer, jwks_uri: server.jwksUri }
  const options: oauth.ValidateJWTAccessTokenOptions = {
    requireDPoP: true,
    signingAlgorithms: algorithms,
    [oauth.clockTolerance]: 0,
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async () => Response.json(server.jwks),
  }
  return (request) => verdictOf(oauth.validateJwtAccessToken(authorizationServer, request, audience, options))
}

/** It knows Bearer tokens alone. The options are what RFC 9068 §4 demands, as far as there are options for it. */
export function jose({ server, audience, now }: Trusted): Verifier {
  const keys = createLocalJWKSet(server.jwks)
  const options = {
    issuer: server.issuer,
    audience,
    typ: 'at+jwt',
    algorithms: ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'],
    requiredClaims: ['exp', 'iat', 'sub', 'jti', 'client_id'],
    currentDate: new Date(now()),
  }
  return (request) => {
    const token = request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''
    return verdictOf(jwtVerify(token, keys, options))
  }
}

const accepted: Verdict = { accepted: true, reason: '' }

async function verdictOf(verification: Promise<unknown>): Promise<Verdict> {
  try {
    await verification
    return accepted
  } catch (error) {
    return { accepted: false, reason: (error as Error).message }
  }
}

type Auth0Request = Parameters<ReturnType<typeof auth>>[0]
type Auth0Response = Parameters<ReturnType<typeof auth>>[1]

/** Its algorithms for proofs are fixed, and it remembers none. The middleware needs of Express only what stands here. */
export function auth0({ server, audience }: Trusted): Verifier {
  const middleware = auth({
    issuer: server.issuer,
    audience,
    publicKey: server.jwks,
    strict: true,
    clockTolerance: 0,
    dpop: { required: true, iatOffset: 60, iatLeeway: 10 },
  })
  return async (request) => {
    const error = await new Promise<Error | undefined>((resolve) => {
      void middleware(asExpress(request), {} as Auth0Response, (given?: unknown) => resolve(given as Error))
    })
    return { accepted: error === undefined, reason: error?.message ?? '' }
  }
}

function asExpress({ headers, method, url }: Request): Auth0Request {
  const { protocol, host, pathname, search } = new URL(url)
  const request = {
    headers: Object.fromEntries(headers),
    method,
    protocol: protocol.slice(0, -1),
    originalUrl: pathname + search,
    query: {},
    app: { get: () => undefined },
    socket: {},
    is: () => false,
    get: (name: string) => (name.toLowerCase() === 'host' ? host : undefined),
  }
  return request as unknown as Auth0Request
}
