import type { AccessTokenClaims } from './access-token.js'
import type { IssuerSettings } from './issuer-settings.js'

/** An authorization server whose tokens are trusted: inert and opaque, made by `jwtIssuer` or `introspectionIssuer`. */
export interface TrustedIssuer<
  Issuer extends string = string,
  Claims extends object = AccessTokenClaims,
  Extras extends object = object,
> {
  readonly issuer: Issuer
  /** For the compiler alone: there is no such member. */
  readonly [claimsType]?: Claims
  /** What stands on the principal beside its own members; for the compiler alone, too. */
  readonly [extrasType]?: Extras
}

declare const claimsType: unique symbol
declare const extrasType: unique symbol

/** Kept aside, so that nothing can be changed after it was checked. */
const settings = new WeakMap<object, IssuerSettings>()

export function trustedIssuer<Issuer extends string, Claims extends object, Extras extends object>(
  issuer: Issuer,
  checked: IssuerSettings,
): TrustedIssuer<Issuer, Claims, Extras> {
  const trusted = Object.freeze({ issuer })
  settings.set(trusted, checked)
  return trusted
}

export function isTrustedIssuer(value: unknown): value is TrustedIssuer {
  return typeof value === 'object' && value !== null && settings.has(value)
}

export function settingsOf(trusted: TrustedIssuer): IssuerSettings {
  return settings.get(trusted) as IssuerSettings
}
