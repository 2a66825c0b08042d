import { audienceOf, type TestToken, testToken } from './test-token.js'

/** Values of `typ` that no profile allows. (`JWT`, and none at all, are for RFC 9068 alone to refuse.) */
const types: Record<string, unknown> = {
  'of an ID token': 'id_token',
  'of a DPoP proof': 'dpop+jwt',
  'of an introspection response': 'token-introspection+jwt',
  'of a logout token': 'logout+jwt',
  'of a security event': 'secevent+jwt',
  'with a parameter': 'at+jwt;v=1',
  'with a space after it': 'at+jwt ',
  'of another tree': 'text/at+jwt',
  'with its prefix twice': 'application/application/at+jwt',
  empty: '',
  'a number': 1,
  null: null,
  'an array': ['at+jwt'],
}

/** The claims of an ID token (OpenID Connect Core 1.0 §2): none of an access token's own. */
const idToken = {
  client_id: undefined,
  jti: undefined,
  nonce: 'n-0S6_WzA2Mj',
  azp: 'test-client',
  auth_time: 1,
}

/** The claims of a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4). */
const logoutToken = {
  client_id: undefined,
  sid: '08a5019c',
  events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
}

/** Tokens of the same issuer, by the same keys, that are no access tokens (RFC 9068 §4 and §5, RFC 8725 §3.12). */
export const typeTokens: readonly TestToken[] = [
  testToken('AT-01', 'typ JWT', (server) => server.mint({ header: { typ: 'JWT' } })),
  testToken('AT-01', 'typ absent', (server) => server.mint({ header: { typ: undefined } })),
  ...Object.entries(types).map(([name, typ]) =>
    testToken('AT-02', `typ ${name}`, (server) => server.mint({ header: { typ } })),
  ),
  testToken('AT-13', 'ID token', (server) =>
    server.mint({ header: { typ: 'JWT' }, claims: { ...idToken, aud: 'test-client' } }),
  ),
  testToken('AT-01', 'ID token for this API', (server) =>
    server.mint({ header: { typ: 'JWT' }, claims: { ...idToken, aud: audienceOf(server) } }),
  ),
  testToken('AT-13', 'logout token', (server) =>
    server.mint({ header: { typ: 'logout+jwt' }, claims: { ...logoutToken, aud: 'test-client' } }),
  ),
  testToken('AT-13', 'logout token for this API', (server) =>
    server.mint({ header: { typ: 'logout+jwt' }, claims: logoutToken }),
  ),
]
