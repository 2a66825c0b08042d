import { type Answer, answerOf } from './answer.js'
import type { Client, Token } from './client.js'
import type { Row } from './table.js'
import type { Tokens } from './tokens.js'

/** Who listened in sees a token and the request that it came with. */
interface Loot {
  readonly token: Token
  readonly url: string
  /** The first request of its client and the last one, each once more, to the byte. */
  readonly replayFirst: () => Promise<Response>
  readonly replayLast: () => Promise<Response>
  /** A client of the same authorization server, with a key of its own. */
  readonly thief: Client
}

interface Theft {
  readonly name: string
  readonly attempt: (loot: Loot) => Promise<Response>
  readonly expected: Answer
}

const thefts: readonly Theft[] = [
  {
    name: 'proof without nonce',
    attempt: ({ replayFirst }) => replayFirst(),
    expected: { result: '401 proof_nonce_missing', challenge: 'use_dpop_nonce' },
  },
  {
    name: 'replayed proof',
    attempt: ({ replayLast }) => replayLast(),
    expected: { result: '401 proof_replayed', challenge: 'invalid_dpop_proof' },
  },
  {
    name: 'stolen token, as Bearer',
    attempt: ({ thief, token, url }) => thief.call('GET', url, { ...token, bound: false }),
    expected: { result: '401 confirmation_downgraded', challenge: 'invalid_token' },
  },
  {
    name: "stolen token, thief's key",
    attempt: ({ thief, token, url }) => thief.call('GET', url, token),
    expected: { result: '401 confirmation_mismatch', challenge: 'invalid_token' },
  },
]

/** What a thief can do with a token of an API that uses DPoP. */
export async function attemptThefts(thief: Client, issued: readonly Tokens[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const { api, read: token } of issued.filter((tokens) => tokens.api.usesDpop)) {
    const url = `${api.resource}/accounts`
    await token.client.call('GET', url, token)
    const sent = token.client.sent.filter(([target]) => target === url).map(([, request]) => request)
    const loot: Loot = {
      token,
      url,
      thief,
      replayFirst: () => fetch(url, sent.at(0)),
      replayLast: () => fetch(url, sent.at(-1)),
    }
    for (const { name, attempt, expected } of thefts) {
      rows.push({ call: name, framework: api.framework, expected, got: await answerOf(await attempt(loot)) })
    }
  }
  return rows
}
