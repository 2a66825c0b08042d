import type { KeyObject } from 'node:crypto'
import { jwtIssuer } from '@portcullis/core'
import type { MintOptions } from '@portcullis/testing'
import { refusal } from './answers.js'
import { type Expected, passes } from './contract.js'
import { ecPair, type Jwk, mint, publishedKey, publishInPlaceOf } from './published-keys.js'
import { type Story, stories } from './stories.js'

const second = ecPair('second')
const more = ['third', 'fourth', 'fifth'].map((kid) => ecPair(kid))
const stranger = ecPair('stranger')
const onP384 = ecPair('shared', 'P-384')

/** What is published in place of the server's key for ES256, and who is let in then. */
interface Choice {
  readonly name: string
  readonly publish: (own: Jwk) => readonly Jwk[]
  readonly tokens: readonly (readonly [options: MintOptions, answer: Expected])[]
}

const choices: readonly Choice[] = [
  {
    name: 'tries both of two keys that fit a token without kid (JOSE-12)',
    publish: (own) => [own, second.jwk],
    tokens: [
      [withoutKid(), passes()],
      [withoutKid(second.privateKey), passes()],
      [withoutKid(stranger.privateKey), refusal('token_signature_invalid')],
    ],
  },
  {
    name: 'tries the last of four keys that fit a token without kid (JOSE-12)',
    publish: (own) => [second.jwk, ...more.slice(0, 2).map(({ jwk }) => jwk), own],
    tokens: [[withoutKid(), passes()]],
  },
  {
    name: 'tries none of five keys that fit a token without kid (JOSE-12)',
    publish: (own) => [own, second.jwk, ...more.map(({ jwk }) => jwk)],
    tokens: [
      [withoutKid(), refusal('token_key_unknown')],
      [{}, passes()],
    ],
  },
  {
    name: 'takes a key without kid for a token without kid alone (JOSE-11, JOSE-12)',
    publish: (own) => [{ ...own, kid: undefined }],
    tokens: [
      [withoutKid(), passes()],
      [{}, refusal('token_key_unknown')],
      [{ header: { kid: 'undefined' } }, refusal('token_key_unknown')],
    ],
  },
  {
    name: 'tries both of two EC keys with one kid (JOSE-13)',
    publish: (own) => [
      { ...own, kid: 'shared' },
      { ...second.jwk, kid: 'shared' },
    ],
    tokens: [
      [signedAs('shared'), passes()],
      [signedAs('shared', second.privateKey), passes()],
      [signedAs('shared', stranger.privateKey), refusal('token_signature_invalid')],
      [signedAs('SHARED'), refusal('token_key_unknown')],
    ],
  },
  {
    name: 'tries none of five EC keys with one kid (JOSE-13)',
    publish: (own) =>
      [own, second.jwk, ...more.map(({ jwk }) => jwk)].map((jwk) => ({ ...jwk, kid: 'shared' })),
    tokens: [[signedAs('shared'), refusal('token_key_unknown')]],
  },
  {
    name: 'tells two keys with one kid apart by their curve (JOSE-13)',
    publish: (own) => [onP384.jwk, { ...own, kid: 'shared' }],
    tokens: [
      [signedAs('shared'), passes()],
      [signedAs('shared', onP384.privateKey), refusal('token_signature_invalid')],
    ],
  },
  {
    name: 'tells two keys with one kid apart by their use (JOSE-13, JOSE-14)',
    publish: (own) => [{ ...second.jwk, kid: own['kid'], use: 'enc' }, own],
    tokens: [
      [{}, passes()],
      [{ key: second.privateKey }, refusal('token_signature_invalid')],
    ],
  },
  {
    name: 'does not care that one key stands there twice (JOSE-13)',
    publish: (own) => [own, own],
    tokens: [[{}, passes()]],
  },
  {
    name: 'never verifies ES256 with a key on P-384 (JOSE-07)',
    publish: (own) => [{ ...onP384.jwk, kid: own['kid'] }],
    tokens: [[{ key: onP384.privateKey }, refusal('token_key_unknown')]],
  },
  {
    name: 'never verifies ES256 with a key on P-384 that is called one for ES256 (JOSE-07)',
    publish: (own) => [{ ...onP384.jwk, kid: own['kid'], alg: 'ES256' }],
    tokens: [[{ key: onP384.privateKey }, refusal('token_key_unknown')]],
  },
  ...[1, null, true].map(
    (kid): Choice => ({
      name: `never takes the kid ${kid}, which is no string, though a key is published under it (JOSE-11)`,
      publish: (own) => [{ ...own, kid }],
      tokens: [[{ header: { kid } }, refusal('token_key_unknown')]],
    }),
  ),
  {
    name: 'takes a kid for the text that it is (JOSE-11)',
    publish: (own) => [{ ...own, kid: '__proto__' }],
    tokens: [
      [signedAs('__proto__'), passes()],
      [signedAs('constructor'), refusal('token_key_unknown')],
    ],
  },
]

stories('The choice of a key (RFC 7515 §6, RFC 7517 §4.5)', [
  ...choices.map(
    ({ name, publish, tokens }): Story => ({
      name,
      before: ({ main }) => publishInPlaceOf(main, 'ES256', publish(publishedKey(main, 'ES256'))),
      steps: tokens.map(([options, answer]) => mint(options, { answer })),
    }),
  ),
  {
    name: 'tells an RSA key and an EC key with one kid apart by their type (JOSE-13)',
    before: ({ main }) => {
      const keys = [publishedKey(main, 'RS256'), publishedKey(main, 'ES256')]
      main.publish(keys.map((jwk) => ({ ...jwk, kid: 'shared' })))
    },
    steps: (['RS256', 'ES256'] as const).map((alg) =>
      mint({ alg, header: { kid: 'shared' } }, { answer: passes() }),
    ),
  },
  {
    name: 'accepts an algorithm only where the issuer may use it (JOSE-06)',
    issuers: ({ main }) => [jwtIssuer({ issuer: main.issuer, algorithms: ['ES256', 'ES384'] })],
    steps: [
      mint({}, { answer: passes() }),
      ...(['RS256', 'PS256', 'Ed25519', 'EdDSA'] as const).map((alg) =>
        mint({ alg }, { answer: refusal('token_algorithm_refused') }),
      ),
    ],
  },
])

function withoutKid(key?: KeyObject): MintOptions {
  return signedAs(undefined, key)
}

/** Signed by this key, or by the server's own. */
function signedAs(kid: string | undefined, key?: KeyObject): MintOptions {
  return { header: { kid }, ...(key && { key }) }
}
