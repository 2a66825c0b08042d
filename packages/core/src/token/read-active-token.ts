import { isJsonObject, type JsonObject } from '../jws/strict-json.js'
import { quote, Rejection } from '../rejection.js'
import type { AccessToken, AccessTokenClaims } from './access-token.js'
import { type AudiencePolicy, audienceOf, checkAudience } from './checks/audience.js'
import { checkClaimTypes } from './checks/claim-types.js'
import { checkIssuer } from './checks/issuer.js'
import { checkTimes } from './checks/times.js'
import { type ClaimsReading, describeToken } from './describe-token.js'

/** What a token has to fit. */
export interface ActiveTokenPolicy extends ClaimsReading {
  readonly issuer: string
  readonly audience: AudiencePolicy
  readonly expiryMayBeAbsent: boolean
  readonly clockToleranceSeconds: number
}

/**
 * What an introspection answer says of a token, with the same checks as for a JWT: that the token is active does not say that it
 * is meant for this resource (RFC 7662 §4, RFC 9700 §2.3).
 *
 * @param now - in seconds since the epoch
 * @throws Rejection token_…; Unavailable check_unavailable
 */
export async function readActiveToken(
  answer: JsonObject,
  policy: ActiveTokenPolicy,
  now: number,
): Promise<AccessToken> {
  checkActive(answer)
  const claims = claimsOf(answer)
  checkClaimTypes(claims)
  checkTokenType(claims)
  if (claims.iss !== undefined) checkIssuer(claims.iss, policy.issuer)
  const audience = audienceOf(claims.aud, policy.audience)
  checkAudience(audience, policy.audience)
  const expiresAt = expiryOf(claims, policy)
  checkTimes({ ...claims, exp: expiresAt }, now, policy.clockToleranceSeconds)
  const { issuer } = policy
  return await describeToken(
    { tokenKind: 'introspected', issuer, clientIdClaims: ['client_id'], audience, expiresAt, claims },
    policy,
  )
}

/** Only `true` is active: RFC 7662 §2.2. */
function checkActive({ active }: JsonObject): void {
  if (active === true) return
  const reason =
    active === false ? 'the issuer says so' : `active is of type ${typeof active}, expected true or false`
  throw new Rejection('token_inactive', `the token is not active: ${reason}`)
}

/** Members that are null are as good as absent, but for `cnf`: a token that is bound in whatever way is not unbound. */
function claimsOf(answer: JsonObject): AccessTokenClaims {
  const members = Object.entries(answer).filter(
    ([name, value]) => name !== 'active' && (value !== null || name === 'cnf'),
  )
  return Object.freeze(
    Object.assign(Object.create(null) as object, Object.fromEntries(members)),
  ) as AccessTokenClaims
}

/**
 * RFC 9449 §6.2: a token that is bound to the key of a proof is of type DPoP. One of that type without the key is not taken for
 * unbound: the server left out what it is bound to. One of another type, such as a refresh token, is no access token that can be used here.
 */
function checkTokenType({ cnf, token_type: type }: AccessTokenClaims): void {
  const isBound = isJsonObject(cnf) && Object.hasOwn(cnf, 'jkt')
  if (type === undefined) return
  const name = typeof type === 'string' ? type.toLowerCase() : undefined
  if (name !== 'bearer' && name !== 'dpop') {
    throw new Rejection('token_claim_invalid', `token_type is ${shortly(type)}, expected Bearer or DPoP`)
  }
  const isDpop = name === 'dpop'
  if (isBound === isDpop) return
  const expected = isBound ? 'expected DPoP with jkt in cnf' : 'but cnf has no jkt'
  throw new Rejection('token_claim_invalid', `token_type is ${quote(type)}, ${expected}`)
}

function expiryOf({ exp }: Partial<AccessTokenClaims>, { expiryMayBeAbsent }: ActiveTokenPolicy): number {
  if (exp !== undefined) return exp
  if (expiryMayBeAbsent) return Number.POSITIVE_INFINITY
  throw new Rejection('token_claim_missing', 'the answer has no exp; see introspectionIssuer({ expiry })')
}

/** A longer text may be the token. */
function shortly(value: unknown): string {
  return typeof value === 'string' && value.length <= 20 ? quote(value) : `of type ${typeof value}`
}
