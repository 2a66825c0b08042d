import { rotatingNonce } from '@portcullis/core'
import { expect } from 'vitest'
import { both, refusal, withNonce } from './answers.js'
import { contract, other, passes, passesWithNonce, type Row } from './contract.js'
import { each, nothingReported } from './every-credential.js'
import type { Exchange } from './exchange.js'
import { start } from './kit.js'
import { minted, presenting, proven } from './requests.js'
import { startGuardedNestOnExpress, startGuardedNestOnFastify } from './servers/nest.js'
import { ownErrorStatus, surrounded } from './servers/surrounded.js'

/** What a browser asks before it sends a token. It never sends credentials along. */
const preflight: Exchange = {
  method: 'OPTIONS',
  target: '/all-methods',
  headers: [
    ['Origin', 'https://app.example'],
    ['Access-Control-Request-Method', 'GET'],
    ['Access-Control-Request-Headers', 'authorization'],
  ],
}

const readableFromAnywhere: NonNullable<Row['also']> = (_, { headers }) => {
  expect(headers.get('access-control-allow-origin')).toEqual(['*'])
}

contract('A. A CORS preflight, where nothing stands before the protection', [
  {
    name: 'is refused like any request without credentials, and reaches no handler (BEARER-23)',
    request: () => preflight,
    answer: refusal('credential_missing'),
  },
  {
    name: 'is no different from a request without its Origin (BEARER-23)',
    request: () => ({ method: 'OPTIONS', target: '/all-methods' }),
    answer: refusal('credential_missing'),
  },
  {
    name: 'needs the scope of its route (BEARER-20, BEARER-23)',
    request: minted({}, preflight),
    answer: refusal('scope_insufficient', 'accounts:read'),
  },
  {
    name: 'reaches the handler with a token that carries the scope (BEARER-23)',
    request: minted({ scope: 'accounts:read' }, preflight),
    answer: passes(),
  },
])

contract(
  'A. CORS before the protection, and an error handler of the application',
  [
    {
      name: 'lets CORS answer a preflight, which reaches no handler and nobody looks at (BEARER-23)',
      request: () => preflight,
      answer: other(204),
      also: async (...seen) => {
        await nothingReported(...seen)
        await readableFromAnywhere(...seen)
      },
    },
    ...each(
      '/read',
      'refuses past an error handler, and a Cache-Control for all answers,',
      (refused) => refused ?? passes(),
      'BEARER-07, BEARER-21',
      readableFromAnywhere,
    ),
    {
      name: 'refuses too little scope past an error handler (BEARER-20)',
      request: minted({}, { target: '/read' }),
      answer: refusal('scope_insufficient', 'accounts:read'),
      also: readableFromAnywhere,
    },
    {
      name: 'leaves what the application says of caching as it is, where it lets a request pass (BEARER-21)',
      request: minted({ scope: 'accounts:read' }, { target: '/read' }),
      answer: passes(),
      also: (_, { headers }) => expect(headers.get('cache-control')).toEqual(['public, max-age=60']),
    },
    {
      name: 'leaves the errors of handlers to the error handler (BEARER-07)',
      request: presenting((token) => `Bearer ${token}`, { target: '/forgotten' }),
      answer: other(ownErrorStatus),
    },
  ],
  { set: surrounded },
)

const nonce = rotatingNonce({ secrets: [Buffer.alloc(32, 'x')], everySeconds: 300 })
const current = nonce.current({ resource: 'https://api.example.com', now: start / 1000 })
const target = '/read'

/** What a script of another origin has to see: RFC 9449 §7.1 and §8.2. */
const exposed: NonNullable<Row['also']> = (_, { headers }) => {
  const names = (headers.get('access-control-expose-headers') ?? []).flatMap((field) => field.split(/, */))
  expect(names).toEqual(expect.arrayContaining(['WWW-Authenticate', 'DPoP-Nonce']))
}

contract(
  'D. CORS before the protection, and a Cache-Control for all answers, with DPoP and nonces',
  [
    {
      name: 'lets CORS answer a preflight that asks for DPoP (DPOP-40)',
      request: () => ({
        ...preflight,
        headers: [
          ...(preflight.headers ?? []).slice(0, 2),
          ['Access-Control-Request-Headers', 'authorization,dpop'],
        ],
      }),
      answer: other(204),
    },
    {
      name: 'shows scripts the challenge where no credentials came (DPOP-40)',
      request: () => ({ target }),
      answer: both.neither('credential_missing'),
      also: exposed,
    },
    {
      name: 'shows scripts the challenge and the nonce of a refusal, one of each (DPOP-37, DPOP-40)',
      request: proven({}, { target }),
      answer: withNonce(both.dpop('proof_nonce_missing')),
      also: exposed,
    },
    {
      name: 'shows scripts the new nonce of a success, which nobody stores (DPOP-37, DPOP-39, DPOP-40)',
      request: (kit) => {
        kit.clock.advance(300)
        return proven({ token: { scope: 'accounts:read' }, proof: { nonce: current } }, { target })(kit)
      },
      answer: passesWithNonce(),
      also: exposed,
    },
    {
      name: 'leaves what the application says of caching as it is, where no nonce is new (DPOP-39)',
      request: proven({ token: { scope: 'accounts:read' }, proof: { nonce: current } }, { target }),
      answer: passes({ scheme: 'DPoP' }),
      also: (_, { headers }) => expect(headers.get('cache-control')).toEqual(['public, max-age=60']),
    },
  ],
  { set: surrounded, options: { dpop: { nonce } } },
)

contract(
  'A. Nest with a global guard',
  [
    ...each('/any', 'asks for a valid token', (refused) => refused ?? passes(), 'BEARER-07'),
    ...each(
      '/forgotten',
      'asks for a valid token where nothing is declared',
      (refused) => refused ?? passes(),
      'BEARER-07',
    ),
    ...each(
      '/public',
      'does not look at a request for a public route',
      () => passes(null),
      'BCP-01',
      nothingReported,
    ),
    ...each(
      '/unknown',
      'leaves an unknown route to the framework',
      () => other(404),
      'BCP-01',
      nothingReported,
    ),
    {
      name: 'asks for the scope of a route (BEARER-20)',
      request: minted({}, { target: '/mounted/read' }),
      answer: refusal('scope_insufficient', 'accounts:read'),
    },
  ],
  {
    set: [
      ['Nest on Express', startGuardedNestOnExpress],
      ['Nest on Fastify', startGuardedNestOnFastify],
    ],
  },
)
