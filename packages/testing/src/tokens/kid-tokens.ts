import { type TestToken, testToken } from './test-token.js'

/** What the header says instead of the key's own `kid`. */
const kids: Record<string, (kid: string, canaryUrl: string) => unknown> = {
  unknown: () => 'no-such-key',
  'in another case': (kid) => kid.toLowerCase(),
  'with a space after it': (kid) => `${kid} `,
  'with a NUL after it': (kid) => `${kid}\0`,
  'with a line break': (kid) => `${kid}\r\nX-Injected: yes`,
  'with quotes': (kid) => `${kid}", error="none`,
  empty: () => '',
  'a path': () => '../../../../dev/null',
  'a piece of SQL': () => "x' UNION SELECT 'key",
  'a URL': (_, canaryUrl) => canaryUrl,
  'the name of a member of every object': () => 'constructor',
  'of 10 KB': () => 'k'.repeat(10_240),
  'a number': () => 1,
  null: () => null,
  'an array': (kid) => [kid],
  'an object': (kid) => ({ kid }),
}

/** Tokens with a good signature under a hostile `kid`, which is compared exactly (RFC 7515 §4.1.4). */
export const kidTokens: readonly TestToken[] = Object.entries(kids).map(([name, kid]) =>
  testToken('JOSE-11', `kid ${name}`, (server, canaryUrl) =>
    server.mint({ header: { kid: kid(server.keys.ES256.kid, canaryUrl) } }),
  ),
)
