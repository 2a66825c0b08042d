import { type CompactJws, parseCompactJws } from '../jws/compact-jws.js'
import type { JsonObject } from '../jws/strict-json.js'
import type { Rejection } from '../rejection.js'
import type { RejectionCode } from '../rejection-codes.js'

/** A token that was refused. Nothing in it is verified. */
export interface RefusedToken {
  readonly code: RejectionCode
  /** Undefined when the token is no JWT. */
  readonly header: JsonObject | undefined
  /** Undefined when the token is no JWT. */
  readonly claims: JsonObject | undefined
}

/** The likely cause, for operators; undefined when it knows none. It must not print what a token says without need. */
export type Explain = (refused: RefusedToken) => string | undefined

const maxCharacters = 300

/** Adds to the message of a refused token what the first issuer that has an idea says of the cause. What fails has none. */
export function explain(
  rejection: Rejection,
  token: string,
  issuers: readonly { readonly explain: Explain | undefined }[],
): void {
  const explains = issuers.flatMap((issuer) => issuer.explain ?? [])
  if (explains.length === 0) return
  const { header, claims } = jwtIn(token) ?? {}
  const cause = explains.map((one) => ask(one, { code: rejection.code, header, claims })).find(Boolean)
  if (cause) rejection.message += `; ${cause}`
}

function ask(idea: Explain, refused: RefusedToken): string | undefined {
  try {
    const cause: unknown = idea(refused)
    return typeof cause === 'string' ? printable(cause) : undefined
  } catch {
    return undefined
  }
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, maxCharacters)
}

function jwtIn(token: string): CompactJws | undefined {
  try {
    return parseCompactJws(token)
  } catch {
    return undefined
  }
}
