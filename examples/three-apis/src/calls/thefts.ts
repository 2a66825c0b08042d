import { type Answer, answerOf } from '../answer.js'
import type { Client, Token } from '../clients/client.js'
import type { RunningApi } from '../demo.js'
import type { Row } from '../table.js'
import { refused } from './call.js'
import { asBearer } from './tokens.js'

/** Who listened in sees a token and the requests that it came with. */
interface Loot {
  readonly token: Token
  readonly url: string
  /** Its request without the nonce and the one with it, each once more, to the byte. */
  readonly replayFirst: () => Promise<Response>
  readonly replaySecond: () => Promise<Response>
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
    expected: refused('401 proof_nonce_missing', 'use_dpop_nonce'),
  },
  {
    name: 'replayed proof',
    attempt: ({ replaySecond }) => replaySecond(),
    expected: refused('401 proof_replayed', 'invalid_dpop_proof'),
  },
  {
    name: 'stolen token, as Bearer',
    attempt: ({ thief, token, url }) => thief.call('GET', url, asBearer(token)),
    expected: refused('401 confirmation_downgraded', 'invalid_token'),
  },
  {
    name: "stolen token, thief's key",
    attempt: ({ thief, token, url }) => thief.call('GET', url, { ...token, client: thief }),
    expected: refused('401 confirmation_mismatch', 'invalid_token'),
  },
]

/** What a thief can do with a token that is used for the first time, at an API whose proofs carry its nonce. */
export async function attemptThefts(api: RunningApi, token: Token, thief: Client): Promise<Row[]> {
  const rows: Row[] = []
  const url = `${api.resource}/accounts`
  await token.client.call('GET', url, token)
  const [first, second] = token.client.sent.filter(([target]) => target === url).map(([, request]) => request)
  const loot: Loot = {
    token,
    url,
    thief,
    replayFirst: () => fetch(url, first),
    replaySecond: () => fetch(url, second),
  }
  for (const { name, attempt, expected } of thefts) {
    rows.push({ call: name, api: api.name, expected, got: await answerOf(await attempt(loot)) })
  }
  return rows
}
