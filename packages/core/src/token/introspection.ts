import { LRUCache } from 'lru-cache'
import { sha256 } from '../jws/sha256.js'
import { boundedFetch, FetchFailure } from '../keys/bounded-fetch.js'
import type { KeySet } from '../keys/key-set.js'
import { isRefusal, Rejection, Unavailable } from '../rejection.js'
import type { RejectionCode, UnavailableCode } from '../rejection-codes.js'
import type { AccessToken } from './access-token.js'
import { acceptedType, readAnswer } from './introspection-answer.js'
import type { IntrospectionIssuerSettings } from './issuer-settings.js'
import { type ActiveTokenPolicy, readActiveToken } from './read-active-token.js'

/** What was found out about a token; an error is made of it for each request anew. */
type Verdict =
  | { readonly token: AccessToken }
  | { readonly rejected: RejectionCode; readonly message: string }
  | { readonly unavailable: UnavailableCode; readonly message: string; readonly retryAfterSeconds: number }

interface Remembered {
  readonly verdict: Verdict
  readonly since: number
  /** In seconds since the epoch. */
  readonly until: number
}

interface IntrospectionContext
  extends ActiveTokenPolicy,
    Pick<
      IntrospectionIssuerSettings,
      'algorithms' | 'authenticate' | 'cacheSeconds' | 'clientId' | 'http' | 'maxConcurrent' | 'signed'
    > {
  /** Where the server is asked. @throws Unavailable */
  readonly endpoint: () => Promise<string>
  /** For signed answers. */
  readonly keys: KeySet
  /** In seconds since the epoch. */
  readonly now: () => number
}

const maxRemembered = 10_000
const negativeSeconds = 5

/**
 * Asks an authorization server about tokens: RFC 7662. Answers are remembered for a while, by a hash of the token; a token that
 * many requests bring at once is asked about once.
 */
export class Introspection {
  readonly #context: IntrospectionContext
  readonly #remembered = new LRUCache<string, Remembered>({ max: maxRemembered })
  readonly #asking = new Map<string, Promise<Verdict>>()
  /** Of the last question. */
  #last: Verdict | undefined

  constructor(context: IntrospectionContext) {
    this.#context = context
  }

  /** Finds the endpoint, and the keys for signed answers. @throws Unavailable metadata_unavailable, keys_unavailable */
  async ready(): Promise<void> {
    await this.#context.endpoint()
    if (this.#context.signed) await this.#context.keys.ready()
  }

  health(): { state: 'unknown' | 'available' | 'unavailable'; lastError: UnavailableCode | undefined } {
    const last = this.#last
    if (!last) return { state: 'unknown', lastError: undefined }
    const failed = 'unavailable' in last
    return { state: failed ? 'unavailable' : 'available', lastError: failed ? last.unavailable : undefined }
  }

  /** @throws Rejection token_…; Unavailable introspection_unavailable, metadata_unavailable, keys_unavailable */
  async verify(token: string): Promise<AccessToken> {
    const verdict = await this.#verdictOn(token)
    if ('token' in verdict) return verdict.token
    if ('rejected' in verdict) throw new Rejection(verdict.rejected, verdict.message)
    const { unavailable, message, retryAfterSeconds } = verdict
    throw new Unavailable(unavailable, message, { retryAfterSeconds })
  }

  async #verdictOn(token: string): Promise<Verdict> {
    const hash = sha256(token)
    const known = this.#remembered.get(hash)
    const now = this.#context.now()
    // A clock that was set back makes no answer last longer.
    if (known && known.since <= now && now < known.until) return known.verdict
    const asking = this.#asking.get(hash) ?? this.#ask(token, hash)
    return asking
  }

  #ask(token: string, hash: string): Promise<Verdict> {
    const { maxConcurrent } = this.#context
    if (this.#asking.size >= maxConcurrent) {
      const message = `${maxConcurrent} questions are without an answer (maxConcurrent)`
      return Promise.resolve({ unavailable: 'introspection_unavailable', message, retryAfterSeconds: 1 })
    }
    const asking = this.#question(token)
      .then((verdict) => this.#remember(hash, verdict))
      .finally(() => this.#asking.delete(hash))
    this.#asking.set(hash, asking)
    return asking
  }

  /** Until the token expires at the latest; that an issuer did not answer is not remembered. */
  #remember(hash: string, verdict: Verdict): Verdict {
    this.#last = verdict
    const { cacheSeconds } = this.#context
    const since = this.#context.now()
    if ('unavailable' in verdict || cacheSeconds === 0) return verdict
    const until =
      'token' in verdict
        ? Math.min(verdict.token.expiresAt, since + cacheSeconds)
        : since + Math.min(negativeSeconds, cacheSeconds)
    this.#remembered.set(hash, { verdict, since, until })
    return verdict
  }

  async #question(token: string): Promise<Verdict> {
    try {
      const context = this.#context
      const url = await context.endpoint()
      const { headers, parameters } = await context.authenticate(context.now())
      const body = new URLSearchParams({ token, token_type_hint: 'access_token', ...parameters }).toString()
      const type = 'application/x-www-form-urlencoded'
      const request = { accept: acceptedType(context), 'content-type': type, ...headers }
      const response = await boundedFetch(url, { method: 'POST', headers: request, body }, context.http)
      const answer = await readAnswer(response, { ...context, url, now: context.now() })
      return { token: readActiveToken(answer, context, context.now()) }
    } catch (error) {
      return verdictOf(error)
    }
  }
}

function verdictOf(error: unknown): Verdict {
  if (error instanceof FetchFailure) {
    return { unavailable: 'introspection_unavailable', message: error.message, retryAfterSeconds: 1 }
  }
  if (!isRefusal(error)) throw error
  const { message } = error
  if (error instanceof Rejection) return { rejected: error.code, message }
  return { unavailable: error.code, message, retryAfterSeconds: error.retryAfterSeconds }
}
