import { scope } from '@portcullis/core'
import { helseId, maskinporten } from '@portcullis/issuers'
import { refusalsWith } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { helseIdAlgorithms, helseIdDialect } from './helse-id-dialect.js'
import type { Setting } from './kit.js'
import { delegatedDialect, required } from './maskinporten-dialect.js'
import { type Dialect, tokenOf, withToken } from './preset-dialect.js'
import { bearer, calledUrl, dpop } from './requests.js'

const { bearer: refusedBearer } = refusalsWith({ schemes: ['Bearer', 'DPoP'], algs: helseIdAlgorithms })

/** Each of the two has keys of its own. */
const ofHelseId: Dialect = { ...helseIdDialect, keysOf: 'other' }
const ofMaskinporten: Dialect = delegatedDialect

function trusting(more: Setting['options'] & object, dpop?: { required: false }): Setting {
  return {
    issuers: ({ legacy, other }) => [
      helseId({
        environment: 'test',
        audience: helseIdDialect.fixture.payload.aud,
        jwksUri: other.jwksUri,
      }),
      maskinporten({
        environment: 'test',
        requires: scope(required),
        jwksUri: legacy.jwksUri,
        ...(dpop && { dpop }),
      }),
    ],
    options: { moreScopes: [required], ...more },
  }
}

const rows: readonly Row[] = [
  {
    name: 'lets in a token of HelseID with a proof',
    request: withToken(ofHelseId),
    answer: passes({ organisation: { parent: '312232324' }, scheme: 'DPoP' }),
  },
  {
    name: 'lets in a bearer token of Maskinporten',
    request: withToken(ofMaskinporten),
    answer: passes({ access: 'delegated', customer: { organisationNumber: '910753614' }, scheme: 'Bearer' }),
  },
  {
    name: 'refuses a token of HelseID as a bearer token, though others may be (DPOP-29)',
    request: (kit) => bearer(tokenOf(kit, ofHelseId, { claims: { cnf: undefined } })),
    answer: refusedBearer('confirmation_required'),
  },
  {
    name: 'refuses a token that says it is of HelseID, by a key of Maskinporten (JOSE-28)',
    request: (kit) => {
      const token = tokenOf(kit, { ...ofHelseId, keysOf: 'legacy' })
      return dpop(token, kit.client.proof({ ...calledUrl({}), token }))
    },
    answer: refusalsWith({ schemes: ['Bearer', 'DPoP'], algs: helseIdAlgorithms }).dpop('token_key_unknown'),
  },
  {
    name: 'refuses a token that says it is of Maskinporten, by a key of HelseID (JOSE-28)',
    request: withToken({ ...ofMaskinporten, keysOf: 'other' }),
    answer: refusedBearer('token_key_unknown'),
  },
]

contract('Presets side by side: HelseID and Maskinporten', rows, trusting({}))

const { bearer: withDefaults } = refusalsWith({
  schemes: ['DPoP'],
  algs: 'ES256 ES384 ES512 PS256 PS384 PS512 Ed25519 EdDSA',
})

contract(
  'Presets side by side: where the resource demands DPoP',
  [
    {
      name: 'refuses a bearer token of Maskinporten (DPOP-29)',
      request: withToken(ofMaskinporten),
      answer: withDefaults('confirmation_required'),
    },
  ],
  trusting({ dpop: { required: true } }),
)

contract(
  'Presets side by side: where the resource demands DPoP, but not of Maskinporten',
  rows.slice(0, 2),
  trusting({ dpop: { required: true } }, { required: false }),
)
