import { refusalsWith } from './answers.js'
import type { Dialect } from './preset-dialect.js'

/** What HelseID approves of, as challenges name it. */
export const helseIdAlgorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512'

export const helseIdRefusals = refusalsWith({ schemes: ['DPoP'], algs: helseIdAlgorithms })

/** A token of HelseID's own samples, for a client of several tenants; without the claims of a user. */
export const helseIdDialect = {
  name: 'HelseID',
  scheme: 'DPoP',
  keysOf: 'legacy',
  refusal: helseIdRefusals.dpop,
  clockToleranceSeconds: 5,
  fixture: {
    header: { alg: 'RS256', x5t: 'eGZ_kNwRvwS9lGfR-RIMSkNAtM8', typ: 'at+jwt' },
    payload: {
      iss: 'https://helseid-sts.test.nhn.no',
      nbf: 1735993893,
      iat: 1735993893,
      exp: 1735994493,
      aud: 'nhn:helseid-public-samplecode',
      scope: ['nhn:helseid-public-samplecode/client-credentials'],
      client_id: 'helseid-sample-client-credentials-for-multitenant-app',
      client_amr: 'private_key_jwt',
      'helseid://claims/client/claims/orgnr_parent': '312232324',
      'helseid://claims/client/claims/orgnr_child': '312232326',
      'helseid://claims/client/claims/orgnr_supplier': '313745392',
      'helseid://claims/client/client_name': 'Acme EPJ',
      'helseid://claims/client/claims/client_tenancy': 'multi-tenant',
      jti: 'FF8FD6D30350490FA14702811B75198F',
    },
  },
} satisfies Dialect
