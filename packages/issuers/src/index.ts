export { type BorutaClient, type BorutaOptions, boruta } from './boruta.js'
export type { BorutaClaims, BorutaExtras } from './boruta-claims.js'
export type { PresetSchema } from './claims-of.js'
export { type DuendeOptions, type DuendeReferenceTokens, duende } from './duende.js'
export type { DuendeClaims, DuendeExtras } from './duende-claims.js'
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
