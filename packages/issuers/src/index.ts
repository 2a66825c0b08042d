export type { PresetSchema } from './claims-of.js'
export {
  type HelseIdClaims,
  type HelseIdExtras,
  type HelseIdIssuer,
  type HelseIdOptions,
  helseId,
} from './helse-id.js'
export type { PresetOptions } from './preset-options.js'
