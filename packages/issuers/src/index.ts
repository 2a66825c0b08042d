export { auth0 } from './auth0.js'
export type { Auth0Claims, Auth0Extras, Auth0Profile } from './auth0-claims.js'
export type { Auth0Issuer, Auth0Options, Auth0Settings } from './auth0-options.js'
export { type BorutaClient, type BorutaOptions, boruta } from './boruta.js'
export type { BorutaClaims, BorutaExtras } from './boruta-claims.js'
export type { PresetSchema } from './claims-of.js'
export { type DuendeOptions, type DuendeReferenceTokens, duende } from './duende.js'
export type { DuendeClaims, DuendeExtras } from './duende-claims.js'
export { entraId } from './entra-id.js'
export type { EntraIdClaims, EntraIdExtras, EntraIdVersion } from './entra-id-claims.js'
export type { EntraIdIssuer, EntraIdOptions, EntraIdSettings } from './entra-id-options.js'
export { type HelseIdIssuer, type HelseIdOptions, helseId } from './helse-id.js'
export type { HelseIdClaims, HelseIdExtras } from './helse-id-claims.js'
export { type LoginRadiusIntrospection, type LoginRadiusOptions, loginRadius } from './login-radius.js'
export type { LoginRadiusClaims, LoginRadiusExtras } from './login-radius-claims.js'
export { type MaskinportenIssuer, type MaskinportenOptions, maskinporten } from './maskinporten.js'
export type { MaskinportenClaims, MaskinportenDetail, SystemUserDetail } from './maskinporten-claims.js'
export type {
  DelegatedAccess,
  DirectAccess,
  MaskinportenExtras,
  SystemUserAccess,
} from './maskinporten-extras.js'
export { type Delegation, forPerson } from './maskinporten-requirements.js'
export type { OrganisationClaim, OrganisationId } from './organisation-id.js'
export type { PresetOptions } from './preset-options.js'
