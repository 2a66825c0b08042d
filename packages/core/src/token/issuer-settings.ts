import type { DpopOptions } from '../confirmation/dpop-options.js'
import type { SignatureAlgorithm } from '../jws/signature-algorithms.js'
import type { HttpLimits } from '../keys/http-options.js'
import type { VerificationKey } from '../keys/verification-key.js'
import type { AudiencePolicy } from './checks/audience.js'
import type { ClaimsReading } from './describe-token.js'
import type { Authenticate } from './introspection-client.js'
import type { Profile, ProfileName } from './profiles.js'

/** The options of an issuer, read and checked. */
export type IssuerSettings = JwtIssuerSettings | IntrospectionIssuerSettings

/** The options of `jwtIssuer`, read and checked. */
export interface JwtIssuerSettings extends ClaimsReading {
  readonly kind: 'jwt'
  readonly issuer: string
  readonly profileName: ProfileName
  readonly profile: Profile
  readonly audience: Partial<AudiencePolicy>
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly jwksUri: string | undefined
  readonly inlineKeys: readonly VerificationKey[] | undefined
  readonly staleSeconds: number
  readonly http: HttpLimits
  readonly dpop: DpopOptions | undefined
}

/** The options of `introspectionIssuer`, read and checked. */
export interface IntrospectionIssuerSettings extends ClaimsReading {
  readonly kind: 'introspection'
  readonly issuer: string
  readonly endpoint: string | undefined
  readonly clientId: string
  readonly authenticate: Authenticate
  readonly accepts: ((token: string) => boolean) | undefined
  readonly audience: Partial<AudiencePolicy>
  readonly expiryMayBeAbsent: boolean
  readonly signed: boolean
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly jwksUri: string | undefined
  readonly cacheSeconds: number
  readonly maxConcurrent: number
  readonly http: HttpLimits
  readonly dpop: DpopOptions | undefined
}
