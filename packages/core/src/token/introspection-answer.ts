import { type CompactJws, parseCompactJws } from '../jws/compact-jws.js'
import { isSignedWith } from '../jws/is-signed-with.js'
import { isMediaType } from '../jws/media-type.js'
import type { SignatureAlgorithm } from '../jws/signature-algorithms.js'
import { isJsonObject, type JsonObject, parseJsonObject } from '../jws/strict-json.js'
import { type BoundedResponse, FetchFailure } from '../keys/bounded-fetch.js'
import type { KeySet } from '../keys/key-set.js'
import { quote } from '../rejection.js'

/** What an answer has to fit. */
export interface AnswerExpectations {
  readonly url: string
  readonly issuer: string
  /** As whom it was asked: the audience of signed answers. */
  readonly clientId: string
  readonly signed: boolean
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
export function acceptedType({ signed }: { readonly signed: boolean }): string {
  return signed ? `application/${signedType}` : 'application/json'
}

/**
 * The members of an answer: RFC 7662 §2.2, RFC 9701 §5. What is wrong with it is the fault of its server, never of the token.
 *
 * @throws FetchFailure; Unavailable when the keys for a signed answer cannot be had
 */
export async function readAnswer(
  { status, headers, body }: BoundedResponse,
  expected: AnswerExpectations,
): Promise<JsonObject> {
  const fault = (reason: string) => new FetchFailure(expected.url, reason)
  if (status !== 200) throw fault(`expected status 200, got ${status || 'a redirect'}`)
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  if (type.trim().toLowerCase() !== acceptedType(expected)) {
    throw fault(`expected ${acceptedType(expected)}, got ${quote(type)}`)
  }
  try {
    return expected.signed ? await signedAnswer(body, expected) : parseJsonObject(body)
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new FetchFailure(expected.url, `the answer is ${cause.message}`, { cause })
    throw cause
  }
}

/** The checks of RFC 9701 §5. */
async function signedAnswer(body: Uint8Array, expected: AnswerExpectations): Promise<JsonObject> {
  const { url, issuer, clientId, now } = expected
  const jws = parse(body, url)
  const { header, claims } = jws
  const { iss, aud, iat, token_introspection: answer } = claims
  const faults: readonly (readonly [isFault: boolean, reason: string])[] = [
    [!isMediaType(header['typ'], signedType), `typ is ${quote(header['typ'])}, expected ${signedType}`],
    [iss !== issuer, `iss is ${quote(iss)}, expected "${issuer}"`],
    [![aud].flat().includes(clientId), `aud is ${quote(aud)}, expected "${clientId}"`],
    [!(typeof iat === 'number' && Math.abs(now - iat) <= maxClockSeconds), `iat is ${quote(iat)}`],
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
  for (const key of await keys.find(algorithm, jws.header['kid'])) {
    if (await isSignedWith(jws, key, algorithm)) return true
  }
  return false
}
