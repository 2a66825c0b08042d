import { type CompactJws, parseCompactJws } from '../jws/compact-jws.js'
import { isSignedWith } from '../jws/is-signed-with.js'
import { isMediaType } from '../jws/media-type.js'
import type { SignatureAlgorithm } from '../jws/signature-algorithms.js'
import { isJsonObject, type JsonObject, parseJsonObject } from '../jws/strict-json.js'
import type { BoundedResponse } from '../keys/bounded-fetch.js'
import { FetchFailure } from '../keys/fetch-failure.js'
import type { KeySet } from '../keys/key-set.js'
import { maxKeys } from '../keys/verification-key.js'
import { quote, Rejection } from '../rejection.js'
import type { AudiencePolicy } from './checks/audience.js'
import type { SignedAnswers } from './issuer-settings.js'

/** What an answer has to fit. */
export interface AnswerExpectations {
  readonly url: string
  readonly issuer: string
  /** As whom it was asked. */
  readonly clientId: string
  /** Of the tokens; it names the resource. */
  readonly audience: AudiencePolicy
  readonly signed: SignedAnswers
  readonly algorithms: readonly SignatureAlgorithm[]
  /** For signed answers. */
  readonly keys: KeySet
  /** In seconds since the epoch. */
  readonly now: number
}

/** Between the clock of the server and ours. An older answer may be a copy of what was true once. */
const maxClockSeconds = 300

const signedType = 'token-introspection+jwt'

/** What is asked for: RFC 7662 §2.2, RFC 9701 §4. */
export function acceptedType({ signed }: { readonly signed: SignedAnswers }): string {
  if (signed === 'application/jwt') return signed
  return signed ? `application/${signedType}` : 'application/json'
}

/**
 * The members of an answer: RFC 7662 §2.2, RFC 9701 §5. What is wrong with it is the fault of its server, never of the token.
 *
 * @throws FetchFailure; Rejection token_inactive; Unavailable when the keys for a signed answer cannot be had
 */
export async function readAnswer(
  { status, headers, body }: BoundedResponse,
  expected: AnswerExpectations,
): Promise<JsonObject> {
  if (status !== 200) throw refusedBy({ status, headers, body }, expected)
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== acceptedType(expected)) {
    throw new FetchFailure(expected.url, `expected ${acceptedType(expected)}, got ${quote(type)}`)
  }
  try {
    return await membersOf(body, expected)
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new FetchFailure(expected.url, `the answer is ${cause.message}`, { cause })
    throw cause
  }
}

/** What says that it is the token that is not as it should be: RFC 7009 §2.2.1, RFC 6750 §3.1. */
const tokenErrors = new Set<unknown>(['unsupported_token_type', 'invalid_token'])

function refusedBy(
  { status, headers, body }: BoundedResponse,
  { url }: AnswerExpectations,
): FetchFailure | Rejection {
  const error = errorIn(body)
  if (status === 400 && tokenErrors.has(error)) {
    return new Rejection('token_inactive', `the token is not active: the issuer answers ${quote(error)}`)
  }
  const hint = error === undefined ? '' : ` and ${quote(error)}; see introspectionIssuer({ client })`
  const reason = `expected status 200, got ${status || 'a redirect'}${hint}`
  const retryAfter = headers.get('retry-after') ?? ''
  const retryAfterSeconds = /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined
  // Our credentials are wrong (RFC 7662 §2.3), or nobody is to ask now: that is so whatever the token is.
  const outage = status === 401 || ((status === 429 || status === 503) && retryAfterSeconds !== undefined)
  return new FetchFailure(url, reason, { outage, retryAfterSeconds })
}

/** RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1. No other text is told: it may be the token. */
const knownErrors = [
  'access_denied',
  'insufficient_scope',
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'invalid_token',
  'server_error',
  'temporarily_unavailable',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_token_type',
]

/** RFC 6749 §5.2: mostly, that it knows other credentials of this client. */
function errorIn(body: Uint8Array): string | undefined {
  try {
    const { error } = parseJsonObject(body)
    return knownErrors.find((one) => one === error)
  } catch {
    return undefined
  }
}

async function membersOf(body: Uint8Array, expected: AnswerExpectations): Promise<JsonObject> {
  if (expected.signed === 'application/jwt') return plainJwtAnswer(body, expected)
  return expected.signed ? signedAnswer(body, expected) : parseJsonObject(body)
}

/**
 * A JWT whose claims are the members of the answer. What says that the token is not active need not be signed in a way that
 * can be verified: servers sign it with secrets of their own, and to refuse a token is safe.
 */
async function plainJwtAnswer(body: Uint8Array, expected: AnswerExpectations): Promise<JsonObject> {
  const { url, issuer } = expected
  const jws = parse(body, url)
  const { header, claims } = jws
  if (claims['active'] === false) return claims
  const { typ } = header
  const fault =
    typ !== undefined && !isMediaType(typ, 'jwt')
      ? `typ is ${quote(typ)}, expected JWT`
      : claims['iss'] !== issuer
        ? `iss is ${quote(claims['iss'])}, expected "${issuer}"`
        : (await isSigned(jws, expected))
          ? undefined
          : 'its signature does not verify'
  if (fault === undefined) return claims
  throw new FetchFailure(url, `the signed answer is not to be trusted: ${fault}`)
}

/** The checks of RFC 9701 §5. */
async function signedAnswer(body: Uint8Array, expected: AnswerExpectations): Promise<JsonObject> {
  const { url, issuer, clientId, audience, now } = expected
  // As whom it asked, or what it is: either identifies the resource server.
  const meantFor = [clientId, ...audience.values]
  const jws = parse(body, url)
  const { header, claims } = jws
  const { iss, aud, iat, exp, token_introspection: answer } = claims
  const faults: readonly (readonly [isFault: boolean, reason: string])[] = [
    [!isMediaType(header['typ'], signedType), `typ is ${quote(header['typ'])}, expected ${signedType}`],
    [iss !== issuer, `iss is ${quote(iss)}, expected "${issuer}"`],
    [!meantFor.some((one) => [aud].flat().includes(one)), `aud is ${quote(aud)}, expected "${clientId}"`],
    [!(typeof iat === 'number' && Math.abs(now - iat) <= maxClockSeconds), `iat is ${quote(iat)}`],
    [!(exp === undefined || (typeof exp === 'number' && now < exp)), `exp is ${quote(exp)}`],
    [!(await isSigned(jws, expected)), 'its signature does not verify'],
  ]
  const fault = faults.find(([isFault]) => isFault)
  if (fault) throw new FetchFailure(url, `the signed answer is not to be trusted: ${fault[1]}`)
  if (isJsonObject(answer)) return answer
  throw new FetchFailure(url, 'the signed answer has no token_introspection')
}

function parse(body: Uint8Array, url: string): CompactJws {
  try {
    return parseCompactJws(Buffer.from(body).toString('latin1'))
  } catch (cause) {
    throw new FetchFailure(url, `the signed answer is malformed: ${(cause as Error).message}`, { cause })
  }
}

async function isSigned(jws: CompactJws, { algorithms, keys }: AnswerExpectations): Promise<boolean> {
  const algorithm = algorithms.find((one) => one === jws.header['alg'])
  if (!algorithm) return false
  // The server chose the answer, not the client: it may have a key for each of its clients, and name none.
  for (const key of await keys.find(algorithm, jws.header['kid'], maxKeys)) {
    if (await isSignedWith(jws, key, algorithm)) return true
  }
  return false
}
