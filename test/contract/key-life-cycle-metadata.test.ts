import { createSecretKey } from 'node:crypto'
import { jwtIssuer } from '@portcullis/core'
import { signRaw, type TestAuthorizationServer } from '@portcullis/testing'
import { expect } from 'vitest'
import { refusal } from './answers.js'
import { good, showing } from './key-life-cycle.js'
import type { Kit } from './kit.js'
import { addKey, lasting } from './load.js'
import { minted } from './requests.js'
import { type Step, type Story, stories } from './stories.js'

/** What metadata may say of ID tokens: nothing of it is about access tokens. */
const idTokenAlgorithms: readonly unknown[] = [['HS256', 'none', 'RS512'], undefined]

const refused = refusal('token_algorithm_refused')

/** Tokens by algorithms that metadata lists for ID tokens, and the configuration does not for access tokens. */
const listed: readonly Step[] = [
  { request: minted({ header: { alg: 'none' } }), answer: refused },
  { request: bearerOf(unsigned), answer: refusal('token_malformed') },
  { request: bearerOf(withMac), answer: refused },
  { request: bearerOf(byRs512), answer: refused },
]

stories('What is taken from metadata', [
  ...idTokenAlgorithms.map(
    (algorithms): Story => ({
      name: `accepts the algorithms of the configuration when metadata lists ${JSON.stringify(algorithms)} for ID tokens (META-05)`,
      issuers: ({ main }) => [jwtIssuer({ issuer: main.issuer, http: { fetch: listing(algorithms) } })],
      steps: [...listed, { request: minted({ alg: 'PS256' }), answer: good }],
    }),
  ),
  {
    name: 'accepts none but the algorithms of the configuration, though metadata lists another for ID tokens (META-05)',
    issuers: ({ main }) => [jwtIssuer({ issuer: main.issuer, algorithms: ['ES256'] })],
    before: async ({ main }) => {
      const metadata = await fetch(`${main.issuer}/.well-known/openid-configuration`)
      expect(await metadata.json()).toMatchObject({
        id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
      })
    },
    steps: [
      { request: minted({ alg: 'RS256' }), answer: refused },
      { request: minted(), answer: good },
      ...listed,
    ],
  },
  {
    name: 'fetches keys from where metadata last said, while metadata cannot be had (META-07)',
    steps: [
      showing(async ({ main, clock }, show) => {
        await show(await lasting(main), good)
        await main.fail('error', 'metadata')
        for (const seconds of [11, 3600, 86_400]) {
          clock.advance(seconds)
          await show(await lasting(main, addKey(main, `new-${seconds}`)), good)
        }
        expect(main.count('jwks')).toBe(4)
        // Once in the beginning, and then each time in both forms once it was an hour old.
        expect(main.count('metadata')).toBe(1 + 2 + 2)
      }),
    ],
  },
])

/** The authorization server, but for what its metadata says of ID tokens. */
function listing(algorithms: unknown): typeof fetch {
  return async (url, options) => {
    const response = await fetch(url, options)
    if (!response.url.includes('well-known')) return response
    const metadata = (await response.json()) as object
    return Response.json({ ...metadata, id_token_signing_alg_values_supported: algorithms })
  }
}

function bearerOf(make: (server: TestAuthorizationServer) => string): Step['request'] {
  return ({ main }: Kit) => ({ headers: [['Authorization', `Bearer ${make(main)}`]] })
}

function unsigned(server: TestAuthorizationServer): string {
  return signRaw({ ...server.draft({ header: { alg: 'none' } }), alg: 'none' })
}

/** The published key as the secret. */
function withMac(server: TestAuthorizationServer): string {
  const secret = server.keys.RS256.publicKey.export({ type: 'spki', format: 'pem' })
  const key = createSecretKey(Buffer.from(secret))
  return signRaw({ ...server.draft({ alg: 'RS256', header: { alg: 'HS256' } }), alg: 'HS256', key })
}

function byRs512(server: TestAuthorizationServer): string {
  return signRaw({ ...server.draft({ alg: 'RS256', header: { alg: 'RS512' } }), alg: 'RS512' })
}
