import { entraId } from '@portcullis/issuers'
import { z } from 'zod'
import type { Trusted } from './api.js'
import { contract, type Row } from './contract.js'
import {
  anotherTenant,
  apiId,
  apiUri,
  entraIdV1,
  entraIdV2,
  tenant,
  trusting,
  user,
} from './entra-id-dialect.js'
import type { Kit, Setting } from './kit.js'
import { type Changes, type Dialect, tells, withToken } from './preset-dialect.js'
import { forbids, ofClient } from './preset-forbids.js'
import { letsIn, refuses } from './preset-negatives.js'

/** Whose keys stand in the set that all tenants share, and for which issuer they are. */
function published(of: Readonly<Record<keyof Trusted, string | undefined>>): Setting {
  return {
    issuers: (trusted) => {
      const names = Object.keys(of) as (keyof Trusted)[]
      trusted.legacy.publish(names.map((name) => ({ ...jwkOf(trusted, name), issuer: of[name] })))
      return [entraId({ tenant, audience: [apiId, apiUri], jwksUri: trusted.legacy.jwksUri })]
    },
  }
}

function jwkOf(trusted: Trusted, name: keyof Trusted): object {
  const server = trusted[name]
  const { kid } = server.keys.RS256
  return { ...server.jwks.keys.find((key) => key.kid === kid), alg: undefined }
}

/** The token is signed with the key of this one. */
const by =
  (name: keyof Trusted) =>
  ({ [name]: server }: Kit): Changes => ({
    header: { kid: server.keys.RS256.kid },
    key: server.keys.RS256.privateKey,
  })

function signedBy(name: keyof Trusted, dialect: Dialect, what: string): Row {
  return { ...letsIn(dialect, what, {}), request: (kit) => withToken(dialect, by(name)(kit))(kit) }
}

contract(
  'Presets. Entra ID: keys that say for which issuer they are',
  [entraIdV2, entraIdV1].flatMap((dialect) => [
    letsIn(dialect, 'a token by a key of every tenant', {}),
    signedBy('other', dialect, 'a token by a key of this tenant'),
    refuses(
      dialect,
      'a token by a key of another tenant, and tells operators',
      'token_key_unknown',
      by('main'),
      tells('keys of other tenants are left out'),
    ),
  ]),
  published({
    legacy: 'https://login.microsoftonline.com/{tenantid}/v2.0',
    other: `https://login.microsoftonline.com/${tenant}/v2.0`,
    main: `https://login.microsoftonline.com/${anotherTenant}/v2.0`,
  }),
)

contract(
  'Presets. Entra ID: keys of version 1.0, which need not say it',
  [
    letsIn(entraIdV1, 'a token by a key of no issuer', {}),
    signedBy('other', entraIdV1, 'a token by a key of this tenant'),
    refuses(entraIdV2, 'a token by a key of version 1.0', 'token_key_unknown', by('other')),
    refuses(entraIdV1, 'a token by a key of another tenant', 'token_key_unknown', by('main')),
  ],
  published({
    legacy: undefined,
    other: `https://sts.windows.net/${tenant}/`,
    main: `https://sts.windows.net/${anotherTenant}/`,
  }),
)

contract(
  'Presets. Entra ID: several tenants',
  [
    letsIn(entraIdV2, 'a token of one', {}, { tenantId: tenant }),
    letsIn(
      entraIdV2,
      'a token of another',
      {
        claims: { iss: entraIdV2.fixture.payload.iss.replace(tenant, anotherTenant), tid: anotherTenant },
      },
      { tenantId: anotherTenant },
    ),
    refuses(entraIdV2, 'a token of one that is from the issuer of another', 'token_claim_invalid', {
      claims: { tid: anotherTenant },
    }),
  ],
  {
    issuers: ({ legacy }) => [
      entraId({ tenants: [tenant, anotherTenant], audience: apiId, jwks: legacy.jwks }),
    ],
  },
)

/** A server that speaks the dialect, by its own name and with its own metadata. */
contract(
  'Presets. Entra ID: another issuer',
  (['2.0', '1.0'] as const).map((version): Row => {
    const dialect = version === '2.0' ? entraIdV2 : entraIdV1
    return {
      ...letsIn(dialect, 'a token of the issuer that is named instead', {}),
      request: (kit) => {
        const { issuer: iss } = kit[version === '2.0' ? 'legacy' : 'other']
        const by = version === '2.0' ? dialect : { ...dialect, keysOf: 'other' as const }
        return withToken(by, { claims: { iss } })(kit)
      },
    }
  }),
  {
    issuers: ({ legacy, other }) => [
      entraId({ tenant, audience: apiId, versions: ['2.0'], issuer: legacy.issuer }),
      entraId({ tenant, audience: apiUri, versions: ['1.0'], issuer: other.issuer }),
    ],
  },
)

contract(
  'Presets. Entra ID: a schema of the API that makes others of the claims',
  [entraIdV2, entraIdV1].flatMap((dialect) => [
    forbids(dialect, 'a token of a user', [ofClient], { claims: user }),
    letsIn(dialect, 'an application', {}, { objectId: dialect.fixture.payload.oid }),
  ]),
  trusting({
    claims: z.object({}).transform(() => ({ idtyp: 'app', oid: 'o', sub: 'o', scp: undefined })),
  }),
)
