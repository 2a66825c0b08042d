import { type Answer, answerOf } from './answer.js'
import type { Client } from './client.js'
import type { Row } from './table.js'
import { type Tokens, tampered } from './tokens.js'

interface Call {
  readonly name: string
  /** Default GET, which takes scope read; POST takes scope write. */
  readonly method?: 'POST'
  /** The token to send, out of those for the API that is called, and those for another one. */
  readonly token?: (own: Tokens, others: Tokens | undefined) => string | undefined
  readonly expected: Answer
}

const calls: readonly Call[] = [
  {
    name: 'client_secret_basic',
    token: ({ read }) => read,
    expected: { result: '200 reports', challenge: '' },
  },
  {
    name: 'private_key_jwt',
    token: ({ readWrite }) => readWrite,
    expected: { result: '200 orders', challenge: '' },
  },
  {
    name: 'write token, POST',
    method: 'POST',
    token: ({ readWrite }) => readWrite,
    expected: { result: '201 orders', challenge: '' },
  },
  {
    name: 'read token, POST',
    method: 'POST',
    token: ({ read }) => read,
    expected: { result: '403 scope_insufficient', challenge: 'insufficient_scope write' },
  },
  {
    name: 'no token',
    expected: { result: '401 credential_missing', challenge: 'Bearer' },
  },
  {
    name: 'tampered token',
    token: ({ read }) => tampered(read),
    expected: { result: '401 token_signature_invalid', challenge: 'invalid_token' },
  },
  {
    name: 'expired token',
    token: ({ expired }) => expired,
    expected: { result: '401 token_expired', challenge: 'invalid_token' },
  },
  {
    name: "another API's token",
    token: (_own, others) => others?.read,
    expected: { result: '401 token_audience_mismatch', challenge: 'invalid_token' },
  },
]

/** Calls every API in every way. */
export async function makeCalls(client: Client, issued: readonly Tokens[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const { name, method = 'GET', token, expected } of calls) {
    for (const own of issued) {
      const others = issued.find((tokens) => tokens !== own)
      const response = await client.call(method, `${own.api.resource}/accounts`, token?.(own, others))
      rows.push({ call: name, framework: own.api.framework, expected, got: await answerOf(response) })
    }
  }
  return rows
}
