import { createHash, randomBytes } from 'node:crypto'
import { present } from '../present.js'
import {
  accessTokenClaims,
  draftAccessToken,
  type MintOptions,
  type TokenIssuer,
} from '../server/access-token.js'
import { signRaw } from '../sign-raw.js'
import type { MintOpaqueOptions } from './introspection-options.js'

type Members = Readonly<Record<string, unknown>>

/** What introspection answers for a token that nobody knows, or that is over (RFC 7662 §2.2). */
const inactive = { active: false }

/** Every token that a server has issued, and what introspection says of it. */
export class IssuedTokens {
  readonly #answers = new Map<string, Members>()

  mint(issuer: TokenIssuer, options: MintOptions = {}): string {
    const draft = draftAccessToken(issuer, options)
    return this.#add(signRaw(draft), draft.payload, options)
  }

  /** Makes an opaque token: 256 random bits. */
  mintOpaque(issuer: TokenIssuer, { prefix = '', ...options }: MintOpaqueOptions = {}): string {
    const token = `${prefix}${randomBytes(32).toString('base64url')}`
    return this.#add(token, accessTokenClaims(issuer, options), options)
  }

  revoke(token: string): void {
    this.#answers.delete(fingerprint(token))
  }

  /** What introspection answers at this instant, in milliseconds since the epoch. */
  introspect(token: string, now: number): Record<string, unknown> {
    const answer = this.#answers.get(fingerprint(token)) ?? inactive
    const { exp } = answer as { exp?: unknown }
    return typeof exp === 'number' && exp * 1000 <= now ? { ...inactive } : { ...answer }
  }

  /** The changes count twice: they may replace or remove what only introspection says, `active` and `token_type`. */
  #add(token: string, claims: Record<string, unknown>, { claims: changes }: MintOptions): string {
    const type = isDpopBound(claims['cnf']) ? 'DPoP' : 'Bearer' // RFC 9449 §6.2
    this.#answers.set(fingerprint(token), present({ active: true, ...claims, token_type: type, ...changes }))
    return token
  }
}

function isDpopBound(cnf: unknown): boolean {
  return typeof cnf === 'object' && cnf !== null && 'jkt' in cnf
}

function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
