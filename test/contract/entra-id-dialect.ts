import { type EntraIdOptions, entraId } from '@portcullis/issuers'
import { refusal } from './answers.js'
import type { Setting } from './kit.js'
import type { Dialect } from './preset-dialect.js'

export const anotherTenant = '11111111-2222-3333-4444-555555555555'
export const tenant = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
export const clientId = '535fb089-9ff3-47b6-9bfb-4f1264799865'
/** The API, by its client id and by its App ID URI. */
export const [apiId, apiUri] = [
  '00001111-aaaa-2222-bbbb-3333cccc4444',
  'api://00001111-aaaa-2222-bbbb-3333cccc4444',
]

const application = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb'
const payload = {
  aud: apiId,
  iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
  iat: 1735993893,
  nbf: 1735993893,
  exp: 1735998393,
  aio: 'k2BgYJh0opaque==',
  azp: clientId,
  azpacr: '1',
  idtyp: 'app',
  oid: application,
  rh: '0.opaque',
  roles: ['access_as_application'],
  sub: application,
  tid: tenant,
  uti: 'fqiBqXLPj0eQa82S-IYFAA',
  ver: '2.0',
}

/** A token of version 2.0, for an application that authenticated by a secret. */
export const entraIdV2 = {
  name: 'Entra ID v2.0',
  scheme: 'Bearer',
  keysOf: 'legacy',
  refusal,
  fixture: { header: { typ: 'JWT', alg: 'RS256' }, payload },
} satisfies Dialect

const { azp: _, azpacr: __, ...shared } = payload

/** The same in version 1.0. */
export const entraIdV1 = {
  ...entraIdV2,
  name: 'Entra ID v1.0',
  fixture: {
    header: { typ: 'JWT', alg: 'RS256', x5t: 'jS1Xo1OWDj_52vbwGNgvQO2VzMc' },
    payload: {
      ...shared,
      iss: `https://sts.windows.net/${tenant}/`,
      aud: apiUri,
      appid: clientId,
      appidacr: '1',
      ver: '1.0',
    },
  },
} satisfies Dialect

/** What a token of a user differs in. */
export const user = {
  idtyp: undefined,
  roles: undefined,
  scp: 'accounts:read accounts:write',
  sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
  oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
}

/** An api that trusts the tenant, whose keys are those of the test authorization server. */
export function trusting(options: Partial<Omit<EntraIdOptions, 'tenant' | 'tenants'>> = {}): Setting {
  return {
    issuers: ({ legacy }) => [
      entraId({ tenant, audience: [apiId, apiUri], jwksUri: legacy.jwksUri, ...options }),
    ],
  }
}
