import { isThenable } from '../application-code.js'
import { type CompactJws, parseCompactJws } from '../jws/compact-jws.js'
import type { JsonObject } from '../jws/strict-json.js'
import type { Rejection } from '../rejection.js'
import type { RejectionCode } from '../rejection-codes.js'

/**
 * What a token looks like: a signed JWT; one that is encrypted (JWE, five parts); one that has no parts, and so means something to its
 * issuer alone; or none of these.
 */
export type TokenForm = 'jwt' | 'encrypted' | 'opaque' | 'malformed'

/** A token that was refused. Nothing in it is verified. */
export interface RefusedToken {
  readonly code: RejectionCode
  readonly form: TokenForm
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
  const { code } = rejection
  const { header, claims } = jwtIn(token) ?? {}
  const form = header ? 'jwt' : otherForm(token)
  const cause = explains.map((one) => ask(one, { code, form, header, claims })).find(Boolean)
  if (cause) rejection.message += `; ${cause}`
}

function ask(idea: Explain, refused: RefusedToken): string | undefined {
  try {
    const cause: unknown = idea(refused)
    // Nobody waits for it, and nobody would hear that it failed.
    if (isThenable(cause)) cause.then(undefined, () => undefined)
    return typeof cause === 'string' ? printable(cause) : undefined
  } catch {
    return undefined
  }
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, maxCharacters)
}

function otherForm(token: string): TokenForm {
  const parts = token.split('.', 6).length
  if (parts === 1) return 'opaque'
  return parts === 5 ? 'encrypted' : 'malformed'
}

function jwtIn(token: string): CompactJws | undefined {
  try {
    return parseCompactJws(token)
  } catch {
    return undefined
  }
}
