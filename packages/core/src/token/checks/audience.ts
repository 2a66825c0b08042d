import { checkOptionNames, checkPresent, misconfigured, readStrings } from '../../configuration.js'
import { quote, Rejection } from '../../rejection.js'

/**
 * Which audiences an issuer's tokens may have. A string or a list: the token names at least one of them.
 *
 * @example { only: 'nhn:accounts' }      // that one and no other
 * @example { absent: 'allowed' }         // like the default, but a token may also name no audience at all
 */
export type AudienceOption =
  | string
  | readonly string[]
  | { readonly only: string }
  | { readonly absent: 'allowed'; readonly anyOf?: string | readonly string[] }

/** An {@link AudienceOption}, read. */
export interface AudiencePolicy {
  readonly values: readonly string[]
  /** The token's audience is exactly one value. */
  readonly single: boolean
  /** A token without `aud` passes; it is then refused wherever no scope is required. */
  readonly absentAllowed: boolean
}

export function readAudience(option: string, given: unknown): Partial<AudiencePolicy> {
  if (typeof given === 'string' || Array.isArray(given)) return { values: readValues(option, given) }
  if (typeof given !== 'object' || given === null) throw misconfigured(option, expectedForms, given)
  checkOptionNames(option, given, ['only', 'absent', 'anyOf'])
  const { only, absent, anyOf } = given as { only?: unknown; absent?: unknown; anyOf?: unknown }
  checkPresent(option, given, ['only', 'absent', 'anyOf'])
  if (typeof only === 'string' && only !== '' && absent === undefined && anyOf === undefined) {
    return { values: [only], single: true }
  }
  if (only !== undefined || absent !== 'allowed') throw misconfigured(option, expectedForms, given)
  return { ...(anyOf !== undefined && { values: readValues(`${option}.anyOf`, anyOf) }), absentAllowed: true }
}

const expectedForms =
  "a string, a list of strings, { only: '…' } or { absent: 'allowed' }, nothing in them empty"

function readValues(option: string, given: unknown): readonly string[] {
  if (given === '') throw misconfigured(option, expectedForms, given)
  return readStrings(option, typeof given === 'string' ? [given] : given)
}

/**
 * The token is meant for this resource: RFC 7519 §4.1.3, RFC 9068 §4, RFC 8707 §2. Values compare code point for code
 * point.
 *
 * @throws Rejection token_claim_missing, token_audience_mismatch
 */
export function checkAudience(audience: readonly string[] | undefined, policy: AudiencePolicy): void {
  if (audience === undefined) {
    if (policy.absentAllowed) return
    throw new Rejection('token_claim_missing', "the token has no aud; see audience: { absent: 'allowed' }")
  }
  const meant = audience.some((value) => policy.values.includes(value))
  if (meant && !(policy.single && audience.length > 1)) return
  const expected = `${policy.single ? 'only' : 'one of'} ${policy.values.map(quote).join(', ')}`
  const hint = policy.values.some((value) => differBySlash(value, audience))
    ? ' (mind the slash at the end)'
    : ''
  throw new Rejection('token_audience_mismatch', `aud is ${quote(audience)}, expected ${expected}${hint}`)
}

function differBySlash(value: string, audience: readonly string[]): boolean {
  return audience.some((one) => one === `${value}/` || value === `${one}/`)
}

/** `aud` as a list; undefined when the token has none. */
export function audienceOf(aud: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof aud === 'string' ? [aud] : aud
}
