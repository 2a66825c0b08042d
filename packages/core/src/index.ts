export { type AcrRequirement, acr } from './authorization/kinds/acr.js'
export { type CheckRequirement, check } from './authorization/kinds/check.js'
export { type ClaimRequirement, type ClaimValue, claim } from './authorization/kinds/claim.js'
export { type ClientRequirement, client } from './authorization/kinds/client.js'
export { type DetailsNeeded, type DetailsRequirement, details } from './authorization/kinds/details.js'
export { type MaxAgeRequirement, maxAge } from './authorization/kinds/max-age.js'
export { type PermissionRequirement, permission } from './authorization/kinds/permission.js'
export { type RoleRequirement, role } from './authorization/kinds/role.js'
export { type ScopeRequirement, scope } from './authorization/kinds/scope.js'
export {
  allOf,
  anyOf,
  type CombinedRequirement,
  type Requirement,
  type SimpleRequirement,
} from './authorization/requirement.js'
export type { RoutePolicy, RouteRequirement } from './authorization/route-policy.js'
export type { Predicate } from './authorization/verdict.js'
export { type Awaitable, isPending } from './awaitable.js'
export type { Challenge } from './challenge/challenge.js'
export { exposedHeaders } from './challenge/exposed-headers.js'
export type { CertificateFormat } from './confirmation/certificate-formats.js'
export type { CertificateHeaderOptions, CertificateOption } from './confirmation/client-certificate.js'
export type { Confirmation } from './confirmation/confirmation.js'
export type { NonceContext, NonceSource } from './confirmation/dpop-nonce.js'
export type { DpopOptions } from './confirmation/dpop-options.js'
export { type MemoryReplayStoreOptions, memoryReplayStore } from './confirmation/memory-replay-store.js'
export type { ProofUse, ReplayStore } from './confirmation/replay-store.js'
export { type RotatingNonceOptions, rotatingNonce } from './confirmation/rotating-nonce.js'
export type {
  ProtectionEvent,
  RejectedEvent,
  StartedEvent,
  UnavailableEvent,
  WarningEvent,
} from './events.js'
export type {
  IntrospectionState,
  IntrospectionStateChangedEvent,
  KeyState,
  KeysRefreshedEvent,
  KeysRefreshFailedEvent,
  KeysStateChangedEvent,
  MetadataRefreshedEvent,
  MetadataRefreshFailedEvent,
} from './issuer-events.js'
export type { IntrospectionIssuerHealth, IssuerHealth, JwtIssuerHealth } from './issuer-health.js'
export type { SignatureAlgorithm } from './jws/signature-algorithms.js'
export type { HttpOptions } from './keys/http-options.js'
export type { JwkSet } from './keys/verification-key.js'
export type { MetadataOptions } from './metadata/metadata-options.js'
export type { MetadataAnswer, PublishedMetadata } from './metadata/published-metadata.js'
export type { ProtectedResourceOptions } from './options.js'
export type { Principal } from './principal.js'
export { protectedResource } from './protected-resource.js'
export type {
  Authentication,
  PrincipalAccessor,
  PrincipalOf,
  ProtectedResource,
} from './protected-resource-types.js'
export { type NeededAuthentication, Rejection, Unavailable } from './rejection.js'
export type { OAuthError, RejectionCode, Scheme, UnavailableCode } from './rejection-codes.js'
export { type FetchConnection, fromFetch } from './request/from-fetch.js'
export { fromNode, type NodeRequest } from './request/from-node.js'
export { RequestMemo } from './request/request-memo.js'
export type { ResourceRequest } from './request/resource-request.js'
export type { AccessTokenClaims, RegisteredClaims, ScopeSet, TokenKind } from './token/access-token.js'
export type { ActsFor } from './token/acts-for.js'
export type { AudienceOption } from './token/checks/audience.js'
export type { ClaimsOf, ClaimsSchema } from './token/claims-schema.js'
export type { Explain, RefusedToken, TokenForm } from './token/explain.js'
export type { Extend, VerifiedToken } from './token/extend.js'
export type { IntrospectionClient } from './token/introspection-client.js'
export { type IntrospectionIssuerOptions, introspectionIssuer } from './token/introspection-issuer.js'
export type { IssuerOptions } from './token/issuer-options.js'
export type { IssuerResolver } from './token/issuer-resolver.js'
export type { IssuersOption } from './token/issuers-option.js'
export { type JwtIssuerOptions, jwtIssuer } from './token/jwt-issuer.js'
export type { ProfileName } from './token/profiles.js'
export type { ScopeClaim } from './token/scope-set.js'
export type { TrustedIssuer } from './token/trusted-issuer.js'
export type { TokenCacheOptions } from './token/verified-tokens.js'
