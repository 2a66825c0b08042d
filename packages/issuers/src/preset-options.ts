import {
  allOf,
  type ClaimsSchema,
  type DpopOptions,
  type HttpOptions,
  type JwkSet,
  type Requirement,
} from '@portcullis/core'

/** What every preset lets one change or add. */
export interface PresetOptions<Issuer extends string = string, Schema extends ClaimsSchema = ClaimsSchema> {
  /** Another issuer than the one of the preset, exactly as tokens write it: for tests, demos and private installations. */
  readonly issuer?: Issuer
  /** Where its keys are. Default: where its metadata says. */
  readonly jwksUri?: string
  /** Its keys, inline. Alone they are all there is, with `jwksUri` a start value. */
  readonly jwks?: JwkSet
  /** Limits for every call to it. */
  readonly http?: HttpOptions
  /** What else its tokens have to say, as for `jwtIssuer`: it types `principal.claims` beside what the preset knows. */
  readonly claims?: Schema
  /** What else every one of its tokens has to bring: 403 without it. */
  readonly requires?: Requirement
  /** What is different for the DPoP proofs that come with its tokens; each member over that of the preset. */
  readonly dpop?: DpopOptions
}

/** What a preset passes on as it is. */
export function passedOn({
  jwksUri,
  jwks,
  http,
}: PresetOptions): Pick<PresetOptions, 'jwksUri' | 'jwks' | 'http'> {
  return {
    ...(jwksUri !== undefined && { jwksUri }),
    ...(jwks !== undefined && { jwks }),
    ...(http !== undefined && { http }),
  }
}

/** All of these that are there, as the option `requires`. */
export function requiring(...given: readonly (Requirement | undefined)[]): {
  readonly requires?: Requirement
} {
  const [first, ...more] = given.filter((one) => one !== undefined)
  return first ? { requires: more.length > 0 ? allOf(first, ...more) : first } : {}
}
