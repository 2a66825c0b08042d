import { helseId } from '@portcullis/issuers'
import { contract } from './contract.js'
import { helseIdDialect as dialect } from './helse-id-dialect.js'
import { everyPreset } from './preset-negatives.js'

const { clockToleranceSeconds } = dialect
const audience = 'nhn:helseid-public-samplecode'

contract('Presets. HelseID: what every API refuses', everyPreset(dialect), {
  issuers: ({ legacy }) => [helseId({ environment: 'test', audience, jwksUri: legacy.jwksUri })],
  options: { clockToleranceSeconds },
})
