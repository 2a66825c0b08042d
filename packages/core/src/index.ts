export {
  allOf,
  anyOf,
  type CombinedRequirement,
  type Requirement,
  type ScopeRequirement,
  scope,
} from './authorization/requirement.js'
export type { RoutePolicy, RouteRequirement } from './authorization/route-policy.js'
export type { Challenge } from './challenge/challenge.js'
export type { ProtectionEvent, RejectedEvent, StartedEvent, UnavailableEvent } from './events.js'
export type { HttpOptions } from './keys/bounded-fetch.js'
export type { JwkSet } from './keys/verification-key.js'
export type { ProtectedResourceOptions } from './options.js'
export type { Principal } from './principal.js'
export { protectedResource } from './protected-resource.js'
export type {
  Authentication,
  PrincipalAccessor,
  PrincipalOf,
  ProtectedResource,
} from './protected-resource-types.js'
export {
  type OAuthError,
  Rejection,
  type RejectionCode,
  type Scheme,
  Unavailable,
  type UnavailableCode,
} from './rejection.js'
export { fromFetch } from './request/from-fetch.js'
export { fromNode, type NodeRequest } from './request/from-node.js'
export type { ResourceRequest } from './request/resource-request.js'
export type { AccessTokenClaims, ScopeSet } from './token/access-token.js'
export type { AudienceOption } from './token/checks/audience.js'
export { type JwtIssuerOptions, jwtIssuer, type TrustedIssuer } from './token/jwt-issuer.js'
export type { ProfileName } from './token/profiles.js'
export type { ScopeClaim } from './token/scope-set.js'
export type { SignatureAlgorithm } from './token/signature-algorithms.js'
