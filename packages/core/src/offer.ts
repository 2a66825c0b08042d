import { dpopPolicy } from './confirmation/dpop-options.js'
import type { Settings } from './options.js'
import type { Scheme } from './rejection-codes.js'
import type { BoundIssuer } from './token/bind-issuer.js'

/** An issuer, as far as offers are concerned. */
export type DpopHolder = Pick<BoundIssuer, 'issuer' | 'dpop'>
type Issuers = readonly DpopHolder[]

/** What holds for the issuers that a resolver will find, unless they have settings of their own. */
export function ofResource({ dpop, localStore }: Pick<Settings, 'dpop' | 'localStore'>): DpopHolder {
  return { issuer: '', dpop: dpopPolicy(dpop, undefined, localStore) }
}

/** The schemes in which a good token would be accepted. */
export function schemesOnOffer(issuers: Issuers): readonly Scheme[] {
  const schemes: Scheme[] = []
  if (issuers.some(({ dpop }) => !dpop?.required)) schemes.push('Bearer')
  if (issuers.some(({ dpop }) => dpop)) schemes.push('DPoP')
  return schemes
}

/** The algorithms of proofs that are accepted: with the tokens of this issuer, else with those of any. */
export function proofAlgorithms(issuers: Issuers, issuer: string | undefined): readonly string[] {
  const known = issuers.find((one) => one.issuer === issuer)?.dpop
  const policies = known ? [known] : issuers.flatMap(({ dpop }) => dpop ?? [])
  return [...new Set(policies.flatMap(({ algorithms }) => algorithms))]
}
