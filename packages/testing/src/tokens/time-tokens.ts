import { signRaw } from '../sign-raw.js'
import { appendMember } from './raw-member.js'
import { type TestToken, testToken } from './test-token.js'

const hour = 3600

/** The rule for each claim that is a time, and a good value, in seconds from now. */
const times = {
  exp: { rule: 'JOSE-23', good: 300 },
  nbf: { rule: 'JOSE-24', good: -10 },
  iat: { rule: 'JOSE-25', good: -10 },
}

/** Seconds from now that are too late or too early, whatever tolerance up to 60 s is configured. */
const outOfTime: readonly (readonly [claim: keyof typeof times, name: string, seconds: number])[] = [
  ['exp', 'two minutes ago', -120],
  ['exp', 'a year ago', -8760 * hour],
  ['nbf', 'in two minutes', 120],
  ['nbf', 'in a year', 8760 * hour],
  ['iat', 'in two minutes', 120],
  ['iat', 'in a year', 8760 * hour],
]

/** JSON texts that are no NumericDate (RFC 7519 §2), made of a good one. */
const mistyped: Record<string, (good: number) => string> = {
  'as a string': (good) => `"${good}"`,
  'as an ISO date': (good) => JSON.stringify(new Date(good * 1000)),
  null: () => 'null',
  true: () => 'true',
  'in an array': (good) => `[${good}]`,
  'in an object': (good) => `{"value":${good}}`,
  'infinite (1e400)': () => '1e400',
  'infinite (-1e400)': () => '-1e400',
}

/** Tokens that are not valid now, and tokens whose times are no times. */
export const timeTokens: readonly TestToken[] = [
  testToken('JOSE-23', 'exp 0', (server) => server.mint({ claims: { exp: 0 } })),
  testToken('JOSE-23', 'exp -1', (server) => server.mint({ claims: { exp: -1 } })),
  ...outOfTime.map(([claim, name, seconds]) =>
    testToken(times[claim].rule, `${claim} ${name}`, (server) =>
      server.mint({ claims: { [claim]: Number(server.draft().payload['iat']) + seconds } }),
    ),
  ),
  ...Object.entries(times).flatMap(([claim, { rule, good }]) =>
    Object.entries(mistyped).map(([name, json]) =>
      testToken(rule, `${claim} ${name}`, (server) => {
        const draft = server.draft({ claims: { [claim]: undefined } })
        const now = Number(server.draft().payload['iat'])
        return signRaw({ ...draft, payload: appendMember(draft.payload, claim, json(now + good)) })
      }),
    ),
  ),
]
