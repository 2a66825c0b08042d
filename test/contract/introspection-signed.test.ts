import { dpopClient, type SignedAnswerChanges, signRaw } from '@portcullis/testing'
import { expect } from 'vitest'
import { unavailable } from './answers.js'
import { resource } from './api.js'
import { contract, passes, type Row } from './contract.js'
import { askingMain, opaque } from './introspection-api.js'
import { asTokenIssuers, asTokenRows } from './introspection-as-token.js'
import { signedKeyStories } from './introspection-signed-keys.js'
import { type Kit, start } from './kit.js'
import { bearer } from './requests.js'
import { stories } from './stories.js'

const now = start / 1000
const signedType = 'application/token-introspection+jwt'

type Changes = SignedAnswerChanges | ((kit: Kit) => SignedAnswerChanges)

/** A request with a good token, about which the server gives a signed answer with these changes. */
function signedWith(changes: Changes = {}): Row['request'] {
  return (kit) => {
    kit.main.answerIntrospection()
    kit.main.signIntrospection(typeof changes === 'function' ? changes(kit) : changes)
    return opaque()(kit)
  }
}

/** A request with a good token, about which the server sends this as a signed answer. */
function sentAs(write: (kit: Kit, right: object) => string | Promise<string>, contentType = signedType) {
  return async (kit: Kit) => {
    kit.main.answerIntrospection(async (right) => ({
      status: 200,
      contentType,
      body: await write(kit, right),
    }))
    return bearer(await kit.main.mintOpaque())
  }
}

const algorithms = ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'] as const

const good: Readonly<Record<string, Changes>> = {
  'names this client among others': { claims: { aud: ['another', 'api'] } },
  'was signed 300 s ago': { claims: { iat: now - 300 } },
  'was signed 300 s ahead': { claims: { iat: now + 300 } },
  'has its typ in full, and in another case': { header: { typ: 'application/Token-Introspection+JWT' } },
  'has more claims than are needed': { claims: { jti: 'x', nonce: 5 } },
}

/** By what operators are told. */
const bad: Readonly<Record<string, Readonly<Record<string, Changes>>>> = {
  'typ is': {
    'is of another type': { header: { typ: 'JWT' } },
    'is of the type of access tokens': { header: { typ: 'at+jwt' } },
    'is of no type': { header: { typ: undefined } },
  },
  'its signature does not verify': {
    'is signed by another key': { key: dpopClient().privateKey },
    'names a key that nobody published': { header: { kid: 'unknown' } },
    'names an algorithm that is not its own': { header: { alg: 'RS256' } },
    'names the algorithm none': { header: { alg: 'none' } },
    'names an algorithm of shared secrets': { header: { alg: 'HS256' } },
  },
  'the header demands critical extensions': {
    'demands an extension': { header: { crit: ['x'], x: 1 } },
  },
  'iss is': {
    'is of another issuer': { claims: { iss: 'https://stranger.example' } },
    'is of another authorization server': ({ other }) => ({ claims: { iss: other.issuer } }),
    'is of an issuer with a slash at the end': ({ main }) => ({ claims: { iss: `${main.issuer}/` } }),
    'is of no issuer': { claims: { iss: undefined } },
  },
  'aud is': {
    'is meant for another client': { claims: { aud: 'another' } },
    'is meant for nobody': { claims: { aud: undefined } },
  },
  'iat is': {
    'was signed too long ago': { claims: { iat: now - 301 } },
    'was signed in the future': { claims: { iat: now + 301 } },
    'was signed nobody knows when': { claims: { iat: undefined } },
  },
  'the signed answer has no token_introspection': {
    'has no answer in it': { claims: { token_introspection: undefined, active: true } },
    'has true for an answer': { claims: { token_introspection: true } },
    'has a text for an answer': { claims: { token_introspection: '{"active":true}' } },
  },
}

/** Good answers, and access tokens, in a form that is no signed answer; and what operators are told. */
const others: Readonly<Record<string, readonly [reason: string, request: Row['request']]>> = {
  'plain JSON': ['expected application/', sentAs(asJson, 'application/json')],
  'plain JSON that is called signed': ['malformed', sentAs(asJson)],
  nothing: ['malformed', sentAs(() => '')],
  'an access token': ['typ is "at+jwt"', sentAs(({ main }) => main.mint())],
  'an access token that is called JSON': [
    'expected application/',
    sentAs(({ main }) => main.mint(), 'application/json'),
  ],
  'an access token with an answer in it': [
    'typ is "at+jwt"',
    sentAs(({ main }, right) =>
      main.mint({ claims: { aud: ['api', resource], token_introspection: right } }),
    ),
  ],
  'a signed answer that is called a JWT': ['expected application/', sentAs(answerOf, 'application/jwt')],
  'a signed answer cut short': ['malformed', sentAs((kit, right) => answerOf(kit, right).slice(0, -1))],
  'a signed answer without its signature': [
    'malformed',
    sentAs((kit, right) => answerOf(kit, right).replace(/[^.]+$/, '')),
  ],
  'a signed answer with a line break at its end': [
    'malformed',
    sentAs((kit, right) => `${answerOf(kit, right)}\n`),
  ],
  'a signed answer whose answer was exchanged': [
    'its signature does not verify',
    sentAs((kit, right) => {
      const [header, , signature] = answerOf(kit, { active: false }).split('.')
      return `${header}.${answerOf(kit, right).split('.')[1]}.${signature}`
    }),
  ],
}

function asJson(_: Kit, right: object): string {
  return JSON.stringify(right)
}

/** A signed answer, as the server would write it: RFC 9701 §5. */
function answerOf({ main: { issuer, keys } }: Kit, right: object): string {
  const { kid, privateKey } = keys.ES256
  const header = { typ: 'token-introspection+jwt', alg: 'ES256', kid }
  const payload = { iss: issuer, aud: 'api', iat: now, token_introspection: right }
  return signRaw({ header, payload, alg: 'ES256', key: privateKey })
}

function refused(name: string, rule: string, reason: string, request: Row['request']): Row {
  return {
    name: `answers 503 when the answer ${name} (${rule})`,
    request,
    answer: unavailable('introspection_unavailable'),
    also: ({ events }) =>
      expect(events.at(-1)).toMatchObject({ type: 'unavailable', message: expect.stringContaining(reason) }),
  }
}

contract(
  'Where a signed answer is demanded (RFC 9701 §5)',
  [
    ...algorithms.map(
      (alg): Row => ({
        name: `lets in when the answer is signed with ${alg} (INTRO-12)`,
        request: signedWith({ alg }),
        answer: ({ main }) => passes({ issuer: main.issuer, subject: 'test-client' }),
      }),
    ),
    ...Object.entries(good).map(
      ([name, changes]): Row => ({
        name: `lets in when the answer ${name} (INTRO-12)`,
        request: signedWith(changes),
        answer: passes(),
      }),
    ),
    ...Object.entries(bad).flatMap(([reason, cases]) =>
      Object.entries(cases).map(([name, changes]) => refused(name, 'INTRO-12', reason, signedWith(changes))),
    ),
    ...Object.entries(others).map(([name, [reason, request]]) =>
      refused(`is ${name}`, 'INTRO-11, INTRO-12', reason, request),
    ),
    {
      name: 'lets in when the answer is a signed one that is written by hand (INTRO-12)',
      request: sentAs(answerOf),
      answer: passes(),
    },
  ],
  { issuers: askingMain({ signed: true }) },
)

contract('A signed answer in place of an access token (RFC 9701 §8)', asTokenRows, {
  issuers: asTokenIssuers,
})

stories('Signed answers and their keys (RFC 9701)', signedKeyStories)
