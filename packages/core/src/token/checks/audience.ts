import { checkOptionNames, checkPresent, misconfigured, readStrings } from '../../configuration.js'
import { quote, Rejection } from '../../rejection.js'

/**
 * Which audiences an issuer's tokens may have. A string or a list: the token names at least one of them.
 *
 * @example { only: 'nhn:accounts' }      // that one and no other
 * @example { absent: 'allowed' }         // like the default, but a token may also name no audience at all
 * @example { absent: 'allowed', absentValues: ['unspecified'] }   // where one value means that there is none
 */
export type AudienceOption =
  | string
  | readonly string[]
  | { readonly only: string }
  | {
      readonly absent: 'allowed'
      readonly anyOf?: string | readonly string[]
      readonly absentValues?: readonly string[]
    }

/** An {@link AudienceOption}, read. */
export interface AudiencePolicy {
  readonly values: readonly string[]
  /** The token's audience is exactly one value. */
  readonly single: boolean
  /** A token without `aud` passes; it is then refused wherever no scope is required. */
  readonly absentAllowed: boolean
  /** A token whose audience is one of these names none. */
  readonly absentValues?: readonly string[]
}

export function readAudience(option: string, given: unknown): Partial<AudiencePolicy> {
  if (typeof given === 'string' || Array.isArray(given)) return { values: readValues(option, given) }
  if (typeof given !== 'object' || given === null) throw misconfigured(option, expectedForms, given)
  checkOptionNames(option, given, members)
  const { only, absent, anyOf, absentValues } = given as { [Member in (typeof members)[number]]?: unknown }
  checkPresent(option, given, members)
  if (typeof only === 'string' && only !== '' && Object.keys(given).length === 1) {
    return { values: [only], single: true }
  }
  if (only !== undefined || absent !== 'allowed') throw misconfigured(option, expectedForms, given)
  return {
    ...(anyOf !== undefined && { values: readValues(`${option}.anyOf`, anyOf) }),
    absentAllowed: true,
    ...(absentValues !== undefined && { absentValues: readValues(`${option}.absentValues`, absentValues) }),
  }
}

const members = ['only', 'absent', 'anyOf', 'absentValues'] as const

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

/** `aud` as a list; undefined when the token has none, or has the one value that stands for none. */
export function audienceOf(
  aud: string | readonly string[] | undefined,
  { absentValues = [] }: Pick<AudiencePolicy, 'absentValues'> = {},
): readonly string[] | undefined {
  const audience = typeof aud === 'string' ? [aud] : aud
  const [only, ...more] = audience ?? []
  const meansNone = more.length === 0 && only !== undefined && absentValues.includes(only)
  return meansNone ? undefined : audience
}
