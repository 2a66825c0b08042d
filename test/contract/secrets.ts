import type { ProtectionEvent } from '@portcullis/core'
import { expect } from 'vitest'
import type { Answer, Exchange } from './exchange.js'

/** No event tells the tokens and proofs of a request, nor the `jti` of a proof, and no answer repeats them. */
export function expectNoSecrets(sent: Exchange, { headers, body }: Answer, events: ProtectionEvent[]): void {
  const heard = JSON.stringify(events)
  const told = JSON.stringify([...headers]) + body
  for (const secret of secretsOf(sent)) {
    expect(heard, 'events').not.toContain(secret)
    expect(told, 'answer').not.toContain(secret)
  }
}

const fields: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'dpop'])

/** Shorter texts are names of schemes and the like, or no secrets by themselves. */
const shortest = 20

function secretsOf({ headers = [] }: Exchange): string[] {
  const values = headers.filter(([name]) => fields.has(name.toLowerCase())).map(([, value]) => value)
  const texts = values.flatMap((value) => value.split(/[\s,]+/))
  return [...texts, ...texts.flatMap(jtiOf)].filter(({ length }) => length >= shortest)
}

/** As it stands in JSON, for events are searched in that form. */
function jtiOf(proof: string): string[] {
  const claims = Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString()
  const [, jti] = /"jti":"((?:[^"\\]|\\.)*)"/.exec(claims) ?? []
  return jti === undefined ? [] : [jti]
}
