import type { CompactJws } from '../jws/compact-jws.js'
import { isSignedWith } from '../jws/is-signed-with.js'
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
 * @throws Rejection token_…, Unavailable keys_unavailable or metadata_unavailable
 */
export async function verifyJwt(jws: CompactJws, trusted: BoundJwtIssuer): Promise<AccessToken> {
  checkType(jws, trusted.profile)
  await verifySignature(jws, trusted)
  return await readClaims(jws, trusted)
}

async function verifySignature(jws: CompactJws, trusted: BoundJwtIssuer): Promise<void> {
  const algorithm = trusted.algorithms.find((one) => one === jws.header['alg'])
  if (!algorithm) {
    const expected = trusted.algorithms.join(', ')
    throw new Rejection(
      'token_algorithm_refused',
      `alg is ${quote(jws.header['alg'])}, expected one of ${expected}`,
    )
  }
  const keys = await trusted.keys.find(algorithm, jws.header['kid'])
  for (const key of keys) {
    if (await isSignedWith(jws, key, algorithm)) return
  }
  throw keys.length === 0
    ? new Rejection('token_key_unknown', unknownKey(algorithm, jws.header['kid'], trusted.keys.health()))
    : new Rejection(
        'token_signature_invalid',
        `the signature does not verify with kid ${quote(jws.header['kid'])}`,
      )
}

function unknownKey(algorithm: string, kid: unknown, { ageSeconds }: KeyHealth): string {
  const age = ageSeconds === undefined ? '' : `; the keys are ${Math.round(ageSeconds)} s old`
  return `no key for ${algorithm} has kid ${quote(kid)}, or more than four have${age}`
}

function readClaims(jws: CompactJws, trusted: BoundJwtIssuer): Promise<AccessToken> {
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
