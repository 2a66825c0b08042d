import { auth0Own, auth0Rfc9068, trusting } from './auth0-dialect.js'
import { contract } from './contract.js'
import { everyPreset } from './preset-negatives.js'

contract('Presets. Auth0: what every preset refuses', everyPreset(auth0Own), trusting())
contract(
  'Presets. Auth0: what every preset refuses, with the profile of RFC 9068',
  everyPreset(auth0Rfc9068),
  trusting({ profile: 'rfc9068' }),
)
contract(
  'Presets. Auth0: what every preset refuses, with either profile',
  [...everyPreset(auth0Own), ...everyPreset(auth0Rfc9068)],
  trusting({ profile: 'either' }),
)
