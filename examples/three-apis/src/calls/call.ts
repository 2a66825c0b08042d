import { type Answer, answerOf } from '../answer.js'
import type { Token } from '../clients/client.js'
import type { RunningApi } from '../demo.js'
import type { Row } from '../table.js'
import type { Tokens } from './tokens.js'

/** A call of one API. */
export interface Call {
  readonly name: string
  /** Default GET, which takes the right to read; POST takes that to write. */
  readonly method?: 'POST'
  readonly token?: (tokens: Tokens) => Token
  readonly expected: Answer
}

export async function makeCalls(api: RunningApi, calls: readonly Call[], tokens: Tokens): Promise<Row[]> {
  const rows: Row[] = []
  const url = `${api.resource}/accounts`
  for (const { name, method = 'GET', token, expected } of calls) {
    const chosen = token?.(tokens)
    const response = chosen ? await chosen.client.call(method, url, chosen) : await fetch(url, { method })
    rows.push({ call: name, api: api.name, expected, got: await answerOf(response) })
  }
  return rows
}

export function letIn(caller: string, status: 200 | 201 = 200): Answer {
  return { result: `${status}`, detail: caller }
}

export function refused(result: string, challenge: string): Answer {
  return { result, detail: challenge }
}
