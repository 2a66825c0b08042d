import { type DpopOptions, type DpopPolicy, dpopPolicy } from '../confirmation/dpop-options.js'
import type { ReplayStore } from '../confirmation/replay-store.js'
import { issuerKeys } from '../keys/issuer-keys.js'
import type { KeySet } from '../keys/key-set.js'
import type { AudiencePolicy } from './checks/audience.js'
import { type IssuerSettings, settingsOf, type TrustedIssuer } from './jwt-issuer.js'

/** A trusted issuer as one resource sees it: with its audience, its clock and its keys. */
export interface BoundIssuer extends Omit<IssuerSettings, 'audience' | 'dpop'> {
  readonly audience: AudiencePolicy
  readonly keys: KeySet
  /** In seconds since the epoch. */
  readonly now: () => number
  readonly clockToleranceSeconds: number
  /** Undefined: DPoP is off. */
  readonly dpop: DpopPolicy | undefined
}

/** What the resource adds to each of its issuers. */
export interface Binding {
  readonly resource: string
  /** In milliseconds since the epoch. */
  readonly now: () => number
  readonly clockToleranceSeconds: number
  readonly dpop: DpopOptions | undefined
  /** Remembers the proofs for which no other store is named. */
  readonly localStore: () => ReplayStore
}

/** Keys and whatever is cached belong to one resource and one issuer, never to two. */
export function bindIssuer(
  trusted: TrustedIssuer,
  { resource, now, clockToleranceSeconds, dpop, localStore }: Binding,
): BoundIssuer {
  const settings = settingsOf(trusted)
  return {
    ...settings,
    audience: { values: [resource], single: false, absentAllowed: false, ...settings.audience },
    keys: issuerKeys(settings, now),
    now: () => now() / 1000,
    clockToleranceSeconds,
    dpop: dpopPolicy(dpop, settings.dpop, localStore),
  }
}
