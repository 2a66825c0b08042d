import type { KeyObject } from 'node:crypto'
import { type Awaitable, isPending } from '../awaitable.js'
import type { CompactJws } from '../jws/compact-jws.js'
import { isSignedWithOneOf } from '../jws/is-signed-with.js'
import type { SignatureAlgorithm } from '../jws/signature-algorithms.js'
import type { KeyHealth } from '../keys/key-set.js'
import { quote, Rejection } from '../rejection.js'
import type { AccessToken, AccessTokenClaims } from './access-token.js'
import type { BoundJwtIssuer } from './bind-issuer.js'
import { audienceOf, checkAudience } from './checks/audience.js'
import { checkClaimTypes } from './checks/claim-types.js'
import { checkIssuer } from './checks/issuer.js'
import { checkRequiredClaims } from './checks/required-claims.js'
import { checkTimes } from './checks/times.js'
import { checkType } from './checks/type.js'
import { describeToken } from './describe-token.js'

/**
 * The token is good: RFC 9068 §4. First what its header says, then the signature, then the claims.
 *
 * @throws Rejection token_…, and what `extend` throws; Unavailable keys_unavailable, metadata_unavailable, check_unavailable
 */
export async function verifyJwt(jws: CompactJws, trusted: BoundJwtIssuer): Promise<AccessToken> {
  checkType(jws, trusted.profile)
  const algorithm = acceptedAlgorithm(jws, trusted)
  const found = trusted.keys.find(algorithm, jws.header['kid'])
  const keys = isPending(found) ? await found : found
  if (!(await isSignedWithOneOf(keys, jws, algorithm))) throw refusal(keys, jws, algorithm, trusted)
  return readClaims(jws, trusted)
}

function acceptedAlgorithm(
  { header: { alg } }: CompactJws,
  { algorithms }: BoundJwtIssuer,
): SignatureAlgorithm {
  const algorithm = algorithms.find((one) => one === alg)
  if (algorithm) return algorithm
  const expected = algorithms.join(', ')
  throw new Rejection('token_algorithm_refused', `alg is ${quote(alg)}, expected one of ${expected}`)
}

function refusal(
  keys: readonly KeyObject[],
  { header: { kid } }: CompactJws,
  algorithm: string,
  trusted: BoundJwtIssuer,
): Rejection {
  return keys.length === 0
    ? new Rejection('token_key_unknown', unknownKey(algorithm, kid, trusted.keys.health()))
    : new Rejection('token_signature_invalid', `the signature does not verify with kid ${quote(kid)}`)
}

function unknownKey(algorithm: string, kid: unknown, { ageSeconds }: KeyHealth): string {
  const age = ageSeconds === undefined ? '' : `; the keys are ${Math.round(ageSeconds)} s old`
  return `no key for ${algorithm} has kid ${quote(kid)}, or more than four have${age}`
}

function readClaims(jws: CompactJws, trusted: BoundJwtIssuer): Awaitable<AccessToken> {
  const { profile } = trusted
  checkRequiredClaims(jws.claims, profile)
  checkClaimTypes(jws.claims)
  const claims = jws.claims as AccessTokenClaims & { readonly exp: number }
  const audience = audienceOf(claims.aud, trusted.audience)
  checkIssuer(claims.iss, trusted.issuer)
  checkAudience(audience, trusted.audience)
  checkTimes(claims, trusted.now(), trusted.clockToleranceSeconds)
  const { issuer } = trusted
  const { clientIdClaims } = profile
  return describeToken(
    { tokenKind: 'jwt', issuer, clientIdClaims, audience, expiresAt: claims.exp, claims },
    trusted,
  )
}
