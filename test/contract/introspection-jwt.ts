import { signRaw } from '@portcullis/testing'
import { expect } from 'vitest'
import { refusal } from './answers.js'
import type { Row } from './contract.js'
import { bearer, minted } from './requests.js'

const [malformed, untrusted] = [refusal('token_malformed'), refusal('token_issuer_untrusted')]

/** Not about this token, nor for metadata or keys on its account. */
const nobodyAsked: NonNullable<Row['also']> = ({ main, other, legacy }) =>
  expect([main, other, legacy].flatMap(({ requests }) => requests)).toEqual([])

const withClaims = (claims: Readonly<Record<string, unknown>>) => minted({ claims })

/** JWTs that name nobody who is trusted here; their `iss` decides alone. */
const strangers: Readonly<Record<string, Row['request']>> = {
  'names an unknown issuer': withClaims({ iss: 'https://stranger.example' }),
  'names nobody': withClaims({ iss: undefined }),
  'names null': withClaims({ iss: null }),
  'names its issuer in a list': (kit) => withClaims({ iss: [kit.main.issuer] })(kit),
  'names its issuer with a slash at the end': (kit) => withClaims({ iss: `${kit.main.issuer}/` })(kit),
  'names an address where somebody listens': (kit) => withClaims({ iss: kit.canary.url })(kit),
  'is of another authorization server': async ({ other }) => bearer(await other.mint()),
}

type Mangle = (header: string, payload: string, signature: string) => string

const padded = (segment: string) => segment.padEnd(segment.length + 4 - (segment.length % 4 || 4), '=')

/** What became of a JWT on its way: its header and payload still say that it is one, and whose. */
const mangled: Readonly<Record<string, Mangle>> = {
  'without its signature': (header, payload) => `${header}.${payload}`,
  'with an empty signature': (header, payload) => `${header}.${payload}.`,
  'with a second signature': (header, payload, signature) => `${header}.${payload}.${signature}.${signature}`,
  'with two empty segments more': (header, payload, signature) => `${header}.${payload}.${signature}..`,
  'with its signature cut short': (header, payload, signature) =>
    `${header}.${payload}.${signature.slice(0, -1)}`,
  'with a character in its signature that is not base64url': (header, payload, signature) =>
    `${header}.${payload}.~${signature}`,
  'with base64 in place of base64url': (header, payload, signature) =>
    `${header}.${payload}.${signature.replaceAll('-', '+').replaceAll('_', '/')}+/`,
  'with padding at its end': (header, payload, signature) => `${header}.${payload}.${padded(signature)}`,
}

/** @param claims - of a JWT that is good before it is mangled */
const mangledBy =
  (mangle: Mangle, claims: Readonly<Record<string, unknown>>): Row['request'] =>
  async ({ main }) => {
    const [header = '', payload = '', signature = ''] = (await main.mint({ claims })).split('.')
    return bearer(mangle(header, payload, signature))
  }

/** JWTs, where an authorization server is asked about tokens. */
export const jwtRows: readonly Row[] = [
  ...Object.entries(strangers).map(
    ([name, request]): Row => ({
      name: `refuses a JWT that ${name}, and asks nobody about it (INTRO-10, META-08)`,
      request,
      answer: untrusted,
      also: nobodyAsked,
    }),
  ),
  ...Object.entries(mangled).flatMap(([name, mangle]): Row[] => [
    {
      name: `refuses the JWT of a stranger ${name}, and asks nobody about it (INTRO-10)`,
      request: mangledBy(mangle, { iss: 'https://stranger.example' }),
      answer: malformed,
      also: nobodyAsked,
    },
    {
      name: `refuses a JWT of its own ${name}, and asks nobody about it (INTRO-10)`,
      request: mangledBy(mangle, {}),
      answer: malformed,
      also: nobodyAsked,
    },
  ]),
  {
    name: 'refuses a JWT without a signature algorithm, and asks nobody about it (INTRO-10)',
    request: ({ main }) => {
      const { payload } = main.draft({ claims: { iss: 'https://stranger.example' } })
      return bearer(signRaw({ header: { alg: 'none' }, payload, alg: 'none' }))
    },
    answer: malformed,
    also: nobodyAsked,
  },
  {
    name: 'refuses a JWT with a member twice, and asks nobody about it (INTRO-10, JOSE-04)',
    request: ({ main }) => {
      const draft = main.draft()
      const payload = `{"iss":"https://stranger.example",${JSON.stringify(draft.payload).slice(1)}`
      return bearer(signRaw({ ...draft, payload }))
    },
    answer: malformed,
    also: nobodyAsked,
  },
  {
    name: 'refuses a JWT with white space and more around its JSON, and asks nobody about it (INTRO-10)',
    request: ({ main }) => {
      const draft = main.draft({ claims: { iss: 'https://stranger.example' } })
      const payload = ` \n${JSON.stringify(draft.payload)}\t`
      return bearer(signRaw({ ...draft, payload }))
    },
    answer: untrusted,
    also: nobodyAsked,
  },
]
