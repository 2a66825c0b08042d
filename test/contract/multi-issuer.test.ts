import { jwtIssuer, type TrustedIssuer } from '@portcullis/core'
import type { TestAuthorizationServer as AuthorizationServer, KeyAlgorithm } from '@portcullis/testing'
import { expect } from 'vitest'
import { type RefusalCode, refusal, unavailable } from './answers.js'
import { resource, type Trusted } from './api.js'
import { contract, type Expected, passes } from './contract.js'
import type { Kit } from './kit.js'
import { publishedKey } from './published-keys.js'
import { bearer } from './requests.js'
import { type Step, stories } from './stories.js'

const algorithms = ['RS256', 'PS256', 'ES256', 'Ed25519'] as const

/** Audiences, and what each issuer's tokens for them are answered with: see api.ts for who is trusted for what. */
const audiences: readonly (readonly [aud: string, answers: Record<keyof Trusted, boolean>])[] = [
  [resource, { main: true, other: false, legacy: true }],
  ['accounts', { main: false, other: true, legacy: false }],
  ['https://accounts.example.com', { main: false, other: true, legacy: false }],
]

const names = ['main', 'other', 'legacy'] as const
const pairs = names.flatMap((one) =>
  names.flatMap((another) => (one === another ? [] : [[one, another] as const])),
)

contract('Several issuers', [
  ...names.map((name) => ({
    name: `tells which issuer a token of ${name} comes from (JOSE-28)`,
    request: async (kit: Kit) => bearer(await kit[name].mint()),
    answer: (kit: Kit) => passes({ issuer: kit[name].issuer }),
  })),
  ...audiences.flatMap(([audience, isGood]) =>
    names.map((name) => ({
      name: `${isGood[name] ? 'lets in' : 'refuses'} a token of ${name} for ${audience} (JOSE-26, AT-05)`,
      request: async (kit: Kit) => bearer(await kit[name].mint({ audience })),
      answer: (kit: Kit) =>
        isGood[name] ? passes({ issuer: kit[name].issuer }) : refusal('token_audience_mismatch'),
    })),
  ),
  ...pairs.flatMap(([claimed, signer]) => [
    {
      name: `refuses a token of ${claimed} that ${signer} signed under a kid of its own (JOSE-28)`,
      request: async (kit: Kit) => bearer(await forged(kit[claimed], kit[signer], kit[signer])),
      answer: refusal('token_key_unknown'),
    },
    {
      name: `refuses a token of ${claimed} that ${signer} signed under a kid of ${claimed} (JOSE-28)`,
      request: async (kit: Kit) => bearer(await forged(kit[claimed], kit[signer], kit[claimed])),
      answer: refusal('token_signature_invalid'),
    },
  ]),
])

stories('Several issuers and their keys', [
  {
    name: 'verifies with the keys of the issuer that the token names, also when all share their kids (JOSE-28)',
    before: shareKids,
    steps: algorithms.flatMap((alg) => [
      sharing('main', 'main', alg, passes()),
      sharing('other', 'other', alg, passes()),
      sharing('main', 'other', alg, refusal('token_signature_invalid')),
      sharing('other', 'main', alg, refusal('token_signature_invalid')),
    ]),
  },
  {
    name: 'keeps the keys of issuers apart that share a host and differ in their path (JOSE-27, JOSE-28)',
    issuers: ({ main, other }) => [
      inline('https://as.example.com', main),
      inline('https://as.example.com/', other),
      inline('https://as.example.com/t1', other),
      inline('https://as.example.com/t1/', main),
      inline('https://as.example.com/T1', main),
    ],
    steps: [
      ...paths('', 'main', 'other'),
      ...paths('/', 'other', 'main'),
      ...paths('/t1', 'other', 'main'),
      ...paths('/t1/', 'main', 'other'),
      ...paths('/T1', 'main', 'other'),
      named('https://as.example.com/t', 'main', 'token_issuer_untrusted'),
      named('https://as.example.com/t1/x', 'main', 'token_issuer_untrusted'),
      named('https://as.example.com/t1/../t1', 'main', 'token_issuer_untrusted'),
    ],
  },
  {
    name: 'trusts an issuer that is no URL for what it is called (JOSE-27)',
    issuers: ({ main }) => [inline('Åse & Co', main)],
    steps: [
      named('Åse & Co', 'main', undefined),
      named('A\u030Ase & Co', 'main', 'token_issuer_untrusted'),
      named('åse & co', 'main', 'token_issuer_untrusted'),
    ],
  },
  {
    name: 'serves the tokens of one issuer while another does not answer (JOSE-33)',
    before: ({ main }) => main.fail('down'),
    steps: [
      { request: from('main'), answer: unavailable('metadata_unavailable') },
      { request: from('other'), answer: ({ other }) => passes({ issuer: other.issuer }) },
      { request: from('legacy'), answer: ({ legacy }) => passes({ issuer: legacy.issuer }) },
    ],
  },
  {
    name: 'asks each issuer for itself, and only when it is needed (JOSE-29)',
    steps: [
      { request: from('other'), answer: passes(), also: countRequests({ main: 0, other: 1, legacy: 0 }) },
      { request: from('other'), answer: passes(), also: countRequests({ main: 0, other: 1, legacy: 0 }) },
      { request: from('legacy'), answer: passes(), also: countRequests({ main: 0, other: 1, legacy: 1 }) },
    ],
  },
])

/** A token in the name of one issuer, as it would write it, that another signed; and whose kid it names. */
function forged(claimed: AuthorizationServer, signer: AuthorizationServer, named: AuthorizationServer) {
  return claimed.mint({ key: signer.keys.ES256.privateKey, header: { kid: named.keys.ES256.kid } })
}

function shareKids({ main, other }: Trusted): void {
  for (const server of [main, other]) {
    server.publish(algorithms.map((alg) => ({ ...publishedKey(server, alg), kid: alg })))
  }
}

/** A token in the name of one issuer, that one signed, under the kid that both use. */
function sharing(claimed: keyof Trusted, signer: keyof Trusted, alg: KeyAlgorithm, answer: Expected): Step {
  return {
    request: async (kit) =>
      bearer(await kit[claimed].mint({ alg, key: kit[signer].keys[alg].privateKey, header: { kid: alg } })),
    answer,
  }
}

/** The keys of this server under another name, written into the configuration. */
function inline(issuer: string, { jwks }: AuthorizationServer): TrustedIssuer {
  return jwtIssuer({ issuer, audience: ['accounts', resource], jwks })
}

/** Only the server whose keys belong to the issuer with this path signs for it. */
function paths(path: string, good: keyof Trusted, bad: keyof Trusted): Step[] {
  const issuer = `https://as.example.com${path}`
  return [named(issuer, good, undefined), named(issuer, bad, 'token_key_unknown')]
}

function named(iss: string, signer: keyof Trusted, code: RefusalCode | undefined): Step {
  return {
    request: async (kit) => bearer(await kit[signer].mint({ claims: { iss } })),
    answer: code ? refusal(code) : passes({ issuer: iss }),
  }
}

function from(server: keyof Trusted): Step['request'] {
  return async (kit) => bearer(await kit[server].mint())
}

function countRequests(counts: Readonly<Record<keyof Trusted, number>>): (kit: Kit) => void {
  return (kit) => {
    expect(Object.fromEntries(names.map((name) => [name, kit[name].count('jwks')]))).toEqual(counts)
  }
}
