import { type Auth0Options, auth0 } from '@portcullis/issuers'
import { refusal } from './answers.js'
import type { Setting } from './kit.js'
import type { Dialect } from './preset-dialect.js'

export const domain = 'exampleco.auth0.com'
export const audience = 'https://example-api'
export const clientId = 'CS2MNgcX1VZFCJaEzfKw2VPAAS0gzhqP'

const shared = {
  iss: `https://${domain}/`,
  sub: `${clientId}@clients`,
  aud: audience,
  iat: 1727782196,
  exp: 1727868596,
  scope: 'scope1 scope2',
  org_id: 'org_vIK75NKFvaozQsFy',
  org_name: 'acme',
}

/** A token of a client, in the dialect of Auth0: a sample of its documentation. */
export const auth0Own = {
  name: 'Auth0',
  scheme: 'Bearer',
  keysOf: 'legacy',
  refusal,
  fixture: {
    header: { alg: 'RS256', typ: 'JWT' },
    payload: { ...shared, gty: 'client-credentials', azp: clientId },
  },
} satisfies Dialect

/** The same in the dialect of RFC 9068. */
export const auth0Rfc9068 = {
  ...auth0Own,
  name: 'Auth0, RFC 9068',
  fixture: {
    header: { alg: 'RS256', typ: 'at+jwt' },
    payload: { ...shared, client_id: clientId, jti: '73WakrfVbNJBaAmhQtEeDv' },
  },
} satisfies Dialect

/** What a token of a user differs in. */
export const user = {
  sub: 'auth0|507f1f77bcf86cd799439020',
  gty: undefined,
  aud: [audience, `https://${domain}/userinfo`],
}

/** An api that trusts the domain, whose keys are those of the test authorization server. */
export function trusting(options: Partial<Omit<Auth0Options, 'domain' | 'domains'>> = {}): Setting {
  return {
    issuers: ({ legacy }) => [auth0({ domain, audience, jwksUri: legacy.jwksUri, ...options })],
  }
}
