import type { Requirement } from '../authorization/requirement.js'
import type { DpopOptions } from '../confirmation/dpop-options.js'
import type { SignatureAlgorithm } from '../jws/signature-algorithms.js'
import type { HttpLimits } from '../keys/http-options.js'
import type { AcceptsKey, VerificationKey } from '../keys/verification-key.js'
import type { AudiencePolicy } from './checks/audience.js'
import type { ClaimsReading } from './describe-token.js'
import type { Explain } from './explain.js'
import type { Authenticate } from './introspection-client.js'
import type { Profile, ProfileName } from './profiles.js'

/** The options of an issuer, read and checked. */
export type IssuerSettings = JwtIssuerSettings | IntrospectionIssuerSettings

/** What all issuers have. */
export interface SharedSettings extends ClaimsReading {
  readonly issuer: string
  readonly audience: Partial<AudiencePolicy>
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly explain: Explain | undefined
  /** As it was given: it is read with what the resource knows. */
  readonly requires: Requirement | undefined
  readonly jwksUri: string | undefined
  readonly http: HttpLimits
  readonly dpop: DpopOptions | undefined
}

/** The options of `jwtIssuer`, read and checked. */
export interface JwtIssuerSettings extends SharedSettings {
  readonly kind: 'jwt'
  readonly profileName: ProfileName
  readonly profile: Profile
  readonly inlineKeys: readonly VerificationKey[] | undefined
  readonly acceptsKey: AcceptsKey | undefined
  readonly staleSeconds: number
}

/** The options of `introspectionIssuer`, read and checked. */
export interface IntrospectionIssuerSettings extends SharedSettings {
  readonly kind: 'introspection'
  readonly endpoint: string | undefined
  readonly clientId: string
  readonly authenticate: Authenticate
  readonly requestFormat: 'form' | 'json'
  readonly accepts: ((token: string) => boolean) | undefined
  readonly opaqueOnly: boolean
  readonly expiryMayBeAbsent: boolean
  readonly signed: SignedAnswers
  readonly cacheSeconds: number
  readonly maxConcurrent: number
}

/** `true`: as RFC 9701 has them; false: plain JSON. */
export type SignedAnswers = boolean | 'application/jwt'
