import { signRaw } from '../sign-raw.js'
import { appendMember } from './raw-member.js'
import { audienceOf, type TestToken, testToken } from './test-token.js'

const algorithms = [
  ['AT-08', 'RS256'],
  ['JOSE-18', 'PS256'],
  ['JOSE-17', 'ES256'],
  ['JOSE-19', 'Ed25519'],
  ['JOSE-19', 'EdDSA'],
] as const

const headers: readonly (readonly [rule: string, name: string, header: Record<string, unknown>])[] = [
  ['AT-01', 'typ in another case', { typ: 'AT+JWT' }],
  ['AT-01', 'typ with its prefix', { typ: 'application/at+jwt' }],
  ['AT-01', 'typ with its prefix, in another case', { typ: 'Application/AT+JWT' }],
  ['JOSE-05', 'header parameter that nobody knows', { foo: 'bar' }],
  ['JOSE-12', 'kid absent, and one key fits', { kid: undefined }],
]

type Claims = (now: number, audience: string) => Record<string, unknown>

const claims: readonly (readonly [rule: string, name: string, claims: Claims])[] = [
  ['JOSE-26', 'aud with others', (_, audience) => ({ aud: ['https://other.example', audience] })],
  ['JOSE-26', 'aud in an array of one', (_, audience) => ({ aud: [audience] })],
  ['JOSE-23', 'exp with a fraction', (now) => ({ exp: now + 300.5 })],
  ['JOSE-24', 'nbf in the past, with a fraction', (now) => ({ nbf: now - 10.5 })],
  ['JOSE-25', 'iat a little ahead', (now) => ({ iat: now + 10 })],
  ['JOSE-05', 'claim that nobody knows', () => ({ 'https://claims.example/tenant': { id: 1 } })],
  ['JOSE-03', 'claim beyond ASCII', () => ({ name: 'Åse Ørsted 🇳🇴' })],
  ['JOSE-04', 'names of claims inside another claim', () => ({ act: { sub: 'a', aud: 'b', exp: 1 } })],
  ['JOSE-35', 'claims named as members of every object', () => ({ constructor: 1, toString: 2, valueOf: 3 })],
]

/** Payloads as JSON text that no `JSON.stringify` writes, and that a strict reader may not take for a fault. */
const payloads: readonly (readonly [rule: string, name: string, text: (payload: object) => string])[] = [
  ['JOSE-03', 'payload with line breaks and tabs', (payload) => JSON.stringify(payload, null, '\t')],
  [
    'JOSE-03',
    'claim name in escapes',
    (payload) => JSON.stringify(payload).replace('"aud"', String.raw`"\u0061ud"`),
  ],
  [
    'JOSE-04',
    'string like a second claim',
    (payload) => appendMember(payload, 'note', String.raw`"\",\"aud\":\"x"`),
  ],
  ['JOSE-35', 'claim __proto__', (payload) => appendMember(payload, '__proto__', '{"admin":true}')],
]

/** Tokens that an API must accept as Bearer, under the profile of RFC 9068 and with the default algorithms. */
export const goodTokens: readonly TestToken[] = [
  ...algorithms.map(([rule, alg]) => testToken(rule, `alg ${alg}`, (server) => server.mint({ alg }))),
  ...headers.map(([rule, name, header]) => testToken(rule, name, (server) => server.mint({ header }))),
  ...claims.map(([rule, name, make]) =>
    testToken(rule, name, (server) => {
      const now = Number(server.draft().payload['iat'])
      return server.mint({ claims: make(now, audienceOf(server)) })
    }),
  ),
  ...payloads.map(([rule, name, text]) =>
    testToken(rule, name, (server) => {
      const draft = server.draft()
      return signRaw({ ...draft, payload: text(draft.payload) })
    }),
  ),
]
