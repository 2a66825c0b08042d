import { type TestToken, testToken } from './test-token.js'

/** What RFC 9068 §2.2 requires. The rule AT-07 is for what the plain JWT profile does without. */
const required = {
  iss: 'AT-04',
  aud: 'AT-05',
  exp: 'AT-06',
  sub: 'AT-07',
  client_id: 'AT-07',
  iat: 'AT-07',
  jti: 'AT-07',
}

/** Those of them that are strings; the times and the audience have files of their own. */
const strings = ['iss', 'sub', 'client_id', 'jti'] as const

const mistyped: Record<string, (good: unknown) => unknown> = {
  null: () => null,
  'a number': () => 1,
  true: () => true,
  'an array': (good) => [good],
  'an object': (good) => ({ value: good }),
}

/** Tokens that lack a required claim, or have it with another type of value. */
export const requiredClaimTokens: readonly TestToken[] = [
  ...Object.entries(required).map(([claim, rule]) =>
    testToken(rule, `${claim} absent`, (server) => server.mint({ claims: { [claim]: undefined } })),
  ),
  ...strings.flatMap((claim) =>
    Object.entries(mistyped).map(([name, value]) =>
      testToken(required[claim], `${claim} ${name}`, (server) =>
        server.mint({ claims: { [claim]: value(server.draft().payload[claim]) } }),
      ),
    ),
  ),
]
