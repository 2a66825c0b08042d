import { type Answer, answerOf } from './answer.js'
import type { Client, Token } from './client.js'
import type { Row } from './table.js'
import { type Tokens, tampered } from './tokens.js'

interface Call {
  readonly name: string
  /** Default GET, which takes scope read; POST takes scope write. */
  readonly method?: 'POST'
  /** The token to send, out of those for the API that is called, and those for another one. */
  readonly token?: (own: Tokens, others: Tokens | undefined) => Token | undefined
  readonly expected: Answer
  /** Where DPoP answers otherwise. */
  readonly expectedWithDpop?: Answer
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
    expectedWithDpop: { result: '401 credential_missing', challenge: 'DPoP' },
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
export async function makeCalls(anyone: Client, issued: readonly Tokens[]): Promise<Row[]> {
  const rows: Row[] = []
  for (const { name, method = 'GET', token, expected, expectedWithDpop = expected } of calls) {
    for (const own of issued) {
      const { framework, resource, usesDpop } = own.api
      const chosen = token?.(
        own,
        issued.find((tokens) => tokens !== own && !tokens.api.usesDpop),
      )
      const response = await (chosen?.client ?? anyone).call(method, `${resource}/accounts`, chosen)
      rows.push({
        call: name,
        framework,
        expected: usesDpop ? expectedWithDpop : expected,
        got: await answerOf(response),
      })
    }
  }
  return rows
}
