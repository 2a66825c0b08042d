import { type JsonObject, parseJsonObject } from '../jws/strict-json.js'
import type { BoundedResponse } from '../keys/bounded-fetch.js'
import { FetchFailure } from '../keys/fetch-failure.js'
import { quote, Rejection } from '../rejection.js'
import type { SignedAnswers } from './issuer-settings.js'
import { type AnswerExpectations, plainJwtAnswer, signedAnswer, signedType } from './signed-answer.js'

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
