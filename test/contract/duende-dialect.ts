import { refusalsWith } from './answers.js'
import type { Dialect } from './preset-dialect.js'

/** What Duende's own handler takes for proofs, as challenges name it. */
const algs = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512'

export const duendeRefusals = refusalsWith({ schemes: ['Bearer', 'DPoP'], algs })
export const duendeRequired = refusalsWith({ schemes: ['DPoP'], algs })

/** A token of IdentityServer with default options, for a client with one claim of its own. */
export const duendeDialect = {
  name: 'Duende',
  scheme: 'DPoP',
  keysOf: 'legacy',
  refusal: duendeRefusals.dpop,
  refusalOfNeither: duendeRefusals.neither,
  fixture: {
    header: { alg: 'RS256', typ: 'at+jwt' },
    payload: {
      iss: 'https://demo.duendesoftware.com',
      nbf: 1735993893,
      iat: 1735993893,
      exp: 1735997493,
      aud: 'api1',
      scope: ['invoices.read', 'invoices.write'],
      client_id: 'm2m.client',
      client_tenant: 'acme',
      jti: '3E9F2A77C1B84D5FA0D6E1B2C3948576',
    },
  },
} satisfies Dialect
