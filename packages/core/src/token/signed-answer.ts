import { type CompactJws, parseCompactJws } from '../jws/compact-jws.js'
import { isSignedWithOneOf } from '../jws/is-signed-with.js'
import { isMediaType } from '../jws/media-type.js'
import type { SignatureAlgorithm } from '../jws/signature-algorithms.js'
import { isJsonObject, type JsonObject } from '../jws/strict-json.js'
import { FetchFailure } from '../keys/fetch-failure.js'
import type { KeySet } from '../keys/key-set.js'
import { maxKeys } from '../keys/verification-key.js'
import { quote } from '../rejection.js'
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

/** RFC 9701 §5. */
export const signedType = 'token-introspection+jwt'

/** Between the clock of the server and ours. An older answer may be a copy of what was true once. */
const maxClockSeconds = 300

/**
 * A JWT whose claims are the members of the answer. What says that the token is not active need not be signed in a way that
 * can be verified: servers sign it with secrets of their own, and to refuse a token is safe.
 */
export async function plainJwtAnswer(body: Uint8Array, expected: AnswerExpectations): Promise<JsonObject> {
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
export async function signedAnswer(body: Uint8Array, expected: AnswerExpectations): Promise<JsonObject> {
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

/** Where the answer names no key, it may be by one that is newer than the keys that were fetched: that of a new client. */
async function isSigned(jws: CompactJws, { algorithms, keys }: AnswerExpectations): Promise<boolean> {
  const algorithm = algorithms.find((one) => one === jws.header['alg'])
  if (!algorithm) return false
  const { generation } = keys
  if (await isSignedByOneOf(keys, jws, algorithm)) return true
  if (jws.header['kid'] !== undefined) return false
  await keys.renew()
  return keys.generation !== generation && isSignedByOneOf(keys, jws, algorithm)
}

/** The server chose the answer, not the client: it may have a key for each of its clients, and name none. */
async function isSignedByOneOf(
  keys: KeySet,
  jws: CompactJws,
  algorithm: SignatureAlgorithm,
): Promise<boolean> {
  return isSignedWithOneOf(await keys.find(algorithm, jws.header['kid'], maxKeys), jws, algorithm)
}
