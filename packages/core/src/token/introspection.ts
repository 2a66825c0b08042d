import type { IntrospectionState, TellNews } from '../issuer-events.js'
import { sha256 } from '../jws/sha256.js'
import { elapsedTime } from '../keys/elapsed-time.js'
import { FetchFailure } from '../keys/fetch-failure.js'
import type { KeySet } from '../keys/key-set.js'
import { Rejection } from '../rejection.js'
import type { UnavailableCode } from '../rejection-codes.js'
import type { AccessToken } from './access-token.js'
import { readAnswer } from './introspection-answer.js'
import { type Asker, exchange } from './introspection-exchange.js'
import { type Ending, IntrospectionPause } from './introspection-pause.js'
import {
  type Bad,
  badVerdict,
  errorOf,
  type Good,
  type Outage,
  outage,
  type Verdict,
} from './introspection-verdict.js'
import type { IntrospectionIssuerSettings } from './issuer-settings.js'
import { type ActiveTokenPolicy, readActiveToken } from './read-active-token.js'
import { RememberedVerdicts } from './remembered-verdicts.js'

/** How the last question went; `unknown` before the first, and after `ready()` found what was missing. */
export interface IntrospectionHealth {
  readonly state: IntrospectionState
  /** Undefined when it went well. */
  readonly lastError: UnavailableCode | undefined
}

interface IntrospectionContext
  extends ActiveTokenPolicy,
    Asker,
    Pick<IntrospectionIssuerSettings, 'algorithms' | 'cacheSeconds' | 'clientId' | 'maxConcurrent'> {
  /** Where the server is asked. @throws Unavailable */
  readonly endpoint: () => Promise<string>
  /** Something is wrong there. */
  readonly doubtEndpoint?: () => void
  /** For signed answers. */
  readonly keys: KeySet
  readonly tell?: TellNews | undefined
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined
}

/** For how long it is remembered that a token is not good, and that there was no answer, in seconds. */
const negativeSeconds = 5
const outageSeconds = 1

/**
 * Asks an authorization server about tokens: RFC 7662. Answers are remembered for a while, by a hash of the token; a token that
 * many requests bring at once is asked about once.
 */
export class Introspection {
  readonly #context: IntrospectionContext
  /** In seconds; never goes back. */
  readonly #elapsed: () => number
  readonly #remembered: RememberedVerdicts<Good, Bad>
  readonly #pause: IntrospectionPause
  readonly #asking = new Map<string, Promise<Verdict>>()
  #health: IntrospectionHealth = { state: 'unknown', lastError: undefined }
  /** Why the last question was not answered. */
  #lastFailure = ''
  #closed = false

  constructor(context: IntrospectionContext) {
    this.#context = context
    const elapsed = elapsedTime(() => context.now() * 1000)
    this.#elapsed = () => elapsed() / 1000
    this.#remembered = new RememberedVerdicts({ elapsed: this.#elapsed, now: context.now })
    this.#pause = new IntrospectionPause(this.#elapsed, context.random)
  }

  /** Finds the endpoint, and the keys for signed answers. @throws Unavailable metadata_unavailable, keys_unavailable */
  async ready(): Promise<void> {
    try {
      await this.#context.endpoint()
      if (this.#context.signed) await this.#context.keys.ready()
    } catch (error) {
      this.#note(badVerdict(error))
      throw error
    }
    // What was missing is there. How a question goes is not known.
    const { lastError } = this.#health
    if (lastError && lastError !== 'introspection_unavailable') this.#become('unknown')
  }

  health(): IntrospectionHealth {
    return this.#health
  }

  /** Nobody is asked any more. What is remembered is relied on as long as it may be. */
  close(): void {
    this.#closed = true
  }

  /**
   * @param hash - of the token, for whoever has it already
   * @throws Rejection token_…; Unavailable introspection_unavailable, metadata_unavailable, keys_unavailable
   */
  async verify(token: string, hash: string = sha256(token)): Promise<AccessToken> {
    const verdict = await this.#verdictOn(token, hash)
    if ('token' in verdict) return verdict.token
    throw errorOf(verdict)
  }

  #verdictOn(token: string, hash: string): Verdict | Promise<Verdict> {
    return this.#remembered.get(hash) ?? this.#asking.get(hash) ?? this.#ask(token, hash)
  }

  #ask(token: string, hash: string): Verdict | Promise<Verdict> {
    const obstacle = this.#obstacle()
    if (obstacle) return obstacle
    const at = this.#elapsed()
    const asking = this.#question(token)
      .then((verdict) => this.#remember(hash, verdict, at))
      .finally(() => this.#asking.delete(hash))
    this.#asking.set(hash, asking)
    return asking
  }

  /** Why nobody is asked now. */
  #obstacle(): Outage | undefined {
    if (this.#closed) return outage('closed: nobody is asked any more')
    const pause = this.#pause.seconds
    if (pause > 0) return outage(`${this.#lastFailure}; it is given a pause`, pause)
    const { maxConcurrent } = this.#context
    if (this.#asking.size < maxConcurrent) return undefined
    return outage(`${maxConcurrent} calls are in flight, the limit (maxConcurrent)`)
  }

  /** @param at - when the question began: the answer may have been true then */
  #remember(hash: string, verdict: Verdict, at: number): Verdict {
    this.#note(verdict)
    const { cacheSeconds } = this.#context
    if ('token' in verdict) {
      this.#remembered.setGood(hash, { verdict, at, forSeconds: cacheSeconds }, verdict.bytes)
    } else if ('rejected' in verdict) {
      this.#remembered.setBad(hash, { verdict, at, forSeconds: Math.min(negativeSeconds, cacheSeconds) })
    } else {
      this.#remembered.setBad(hash, { verdict, at: this.#elapsed(), forSeconds: outageSeconds })
    }
    return verdict
  }

  #note(verdict: Verdict): void {
    const { unavailable: code, message } = isOutage(verdict) ? verdict : {}
    this.#become(code ? 'unavailable' : 'available', code, message)
  }

  #become(to: IntrospectionState, code?: UnavailableCode, message?: string): void {
    const { state: from } = this.#health
    this.#health = { state: to, lastError: code }
    if (from !== to) this.#context.tell?.({ type: 'introspection_state_changed', from, to, code, message })
  }

  async #question(token: string): Promise<Verdict> {
    const end = this.#pause.begin()
    try {
      const context = this.#context
      const url = await context.endpoint()
      const response = await exchange(url, token, context)
      const answer = await readAnswer(response, { ...context, url, now: context.now() })
      end('answered')
      const active = await readActiveToken(answer, context, context.now())
      return { token: active, bytes: response.body.byteLength }
    } catch (error) {
      end(endingOf(error))
      if (error instanceof FetchFailure) this.#context.doubtEndpoint?.()
      const verdict = badVerdict(error)
      if (!isOutage(verdict)) return verdict
      this.#lastFailure = verdict.message
      return { ...verdict, retryAfterSeconds: Math.max(verdict.retryAfterSeconds, this.#pause.seconds) }
    }
  }
}

/** The server gave no answer. That code of the application's own failed, with an answer at hand, is none of its faults. */
function isOutage(verdict: Verdict): verdict is Outage {
  return 'unavailable' in verdict && verdict.unavailable !== 'check_unavailable'
}

/** An answer that refuses one token is an answer, too. */
function endingOf(error: unknown): Ending {
  if (error instanceof FetchFailure) return error.outage ? error : 'answered'
  return error instanceof Rejection ? 'answered' : 'not asked'
}
