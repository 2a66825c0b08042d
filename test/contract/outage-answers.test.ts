import { jwtIssuer } from '@portcullis/core'
import { expect } from 'vitest'
import { unavailable } from './answers.js'
import type { Row } from './contract.js'
import type { Kit } from './kit.js'
import { minted } from './requests.js'
import { type Story, stories } from './stories.js'

/** What cannot be decided, why, and what operators hear of it. */
const undecided: readonly (readonly [
  name: string,
  code: Parameters<typeof unavailable>[0],
  fail: (kit: Kit) => Promise<void>,
  heard: string,
])[] = [
  ['nobody listens', 'metadata_unavailable', ({ main }) => main.fail('down'), 'ECONNREFUSED'],
  [
    'metadata is a page',
    'metadata_unavailable',
    ({ main }) => main.fail('html', 'metadata'),
    'expected JSON',
  ],
  [
    'metadata is of another issuer',
    'metadata_unavailable',
    ({ main }) => main.fail('wrong-issuer'),
    'https://another-issuer.example',
  ],
  ['keys are answered with 500', 'keys_unavailable', ({ main }) => main.fail('error', 'jwks'), '500'],
  ['there are no keys', 'keys_unavailable', ({ main }) => main.fail('empty'), 'no key is usable'],
]

stories('An answer while the authorization server fails', [
  ...undecided.map(
    ([name, code, fail, heard]): Story => ({
      name: `says when to come again, and neither challenges nor tells more when ${name} (JOSE-33)`,
      before: fail,
      steps: [{ request: minted(), answer: unavailable(code), also: tellsOperatorsAlone(heard) }],
    }),
  ),
  {
    name: 'reads little more than its limit of a document of 50 MB (JOSE-32)',
    issuers: ({ main }) => [jwtIssuer({ issuer: main.issuer, http: { fetch: countingFetch() } })],
    before: ({ main }) => main.fail('huge', 'jwks'),
    steps: [
      {
        request: minted(),
        answer: unavailable('keys_unavailable'),
        also: () => {
          expect(bytesRead).toBeGreaterThan(512 * 1024)
          expect(bytesRead).toBeLessThan(1024 * 1024)
        },
      },
    ],
  },
])

/** The event names the issuer, its URL and the reason; nothing of it is in the answer. */
function tellsOperatorsAlone(heard: string): NonNullable<Row['also']> {
  return ({ main, events }, { headers, body }) => {
    const event = events.at(-1)
    expect(event).toMatchObject({ type: 'unavailable', issuer: main.issuer })
    expect(event && 'message' in event && event.message).toContain(heard)
    const ours = [...headers].filter(([name]) => name !== 'date' && name !== 'etag')
    const told = JSON.stringify(ours) + body
    const { host, port } = new URL(main.issuer)
    for (const inner of [host, port, heard, '127.0.0.1', 'well-known', 'jwks', 'http:', 'node:', '.js']) {
      expect(told).not.toContain(inner)
    }
  }
}

let bytesRead = 0

/** Counts what is taken from the bodies of answers. */
function countingFetch(): typeof fetch {
  bytesRead = 0
  const count = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytesRead += chunk.byteLength
        controller.enqueue(chunk)
      },
    })
  return async (...request) => {
    const { body, status, headers } = await fetch(...request)
    return new Response(body?.pipeThrough(count()) ?? null, { status, headers })
  }
}
