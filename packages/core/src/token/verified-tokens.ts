import { LRUCache } from 'lru-cache'
import { checkOptionNames, checkPresent, misconfigured } from '../configuration.js'
import type { CompactJws } from '../jws/compact-jws.js'
import type { AccessToken } from './access-token.js'
import type { BoundJwtIssuer } from './bind-issuer.js'
import { isInTime, type TimedClaims } from './checks/times.js'
import { verifyJwt } from './verify-jwt.js'

/** How many tokens are remembered once they were verified. */
export interface TokenCacheOptions {
  /** Default 10,000, at most 1,000,000; the least recently used ones go first. 10,000 tokens of 800 characters take about 20 MB. */
  readonly maxEntries?: number
}

const byDefault = 10_000
const atMost = 1_000_000
/** How often tokens are looked for that nobody can use any more, in seconds. */
const sweepEvery = 60
/** Of all tokens together, in characters, as they came. */
const maxCharacters = 64 * 1024 * 1024

/** @returns how many; 0: none @throws TypeError */
export function readTokenCache(option: string, given: unknown): number {
  if (given === undefined || given === true) return byDefault
  if (given === false) return 0
  if (typeof given !== 'object' || given === null) {
    throw misconfigured(option, 'true, false or { maxEntries }', given)
  }
  checkOptionNames(option, given, ['maxEntries'])
  checkPresent(option, given, ['maxEntries'])
  const { maxEntries = byDefault } = given as { maxEntries?: unknown }
  if (Number.isInteger(maxEntries) && Number(maxEntries) > 0 && Number(maxEntries) <= atMost)
    return Number(maxEntries)
  throw misconfigured(`${option}.maxEntries`, 'a whole number from 1 to 1,000,000', maxEntries)
}

/** A token that was found good, and by whose rules. */
export interface VerifiedJwt {
  readonly issuer: BoundJwtIssuer
  readonly token: AccessToken
}

interface Remembered extends VerifiedJwt {
  /** Of the keys that it was verified with. */
  readonly generation: number
}

/**
 * The JWTs of one resource that were found good, by the SHA-256 of each: what a token is can be told without taking it apart. Only
 * what cannot change is remembered; times are checked at each use, and what the request has to bring is not asked here.
 */
export class VerifiedTokens {
  readonly #known: LRUCache<string, Remembered>
  readonly #verifying = new Map<string, Promise<AccessToken>>()
  /** In seconds since the epoch. */
  #sweptAt = 0
  readonly #isTrusted: (issuer: BoundJwtIssuer) => boolean

  /**
   * @param maxEntries - at least 1
   * @param isTrusted - whether an issuer that was trusted still is, and by the same rules
   */
  constructor(maxEntries: number, isTrusted: (issuer: BoundJwtIssuer) => boolean) {
    this.#isTrusted = isTrusted
    this.#known = new LRUCache({ max: maxEntries, maxSize: maxCharacters })
  }

  /** How many tokens are remembered. */
  get size(): number {
    return this.#known.size
  }

  /** Undefined when the token has to be verified: it is new, not in time, or other keys serve than when it was verified. */
  find(hash: string): VerifiedJwt | undefined {
    const known = this.#known.get(hash)
    if (!known) return undefined
    if (this.#holds(known)) return known
    this.#known.delete(hash)
    return undefined
  }

  /**
   * A token that many requests bring at once is verified once. Only what was found good is shared: an error belongs to one request.
   *
   * @throws what `verifyJwt` throws
   */
  async verify(hash: string, jws: CompactJws, issuer: BoundJwtIssuer): Promise<AccessToken> {
    // Twice: what was verified while there were no keys yet is not remembered, and then one request goes on for all others.
    for (let turn = 0; turn < 2; turn++) {
      const other = this.#verifying.get(hash)
      if (!other || !(await isGood(other))) break
      const known = this.find(hash)
      if (known?.issuer === issuer) return known.token
    }
    const verifying = this.#verifyAndRemember(hash, jws, issuer)
    this.#verifying.set(hash, verifying)
    try {
      return await verifying
    } finally {
      if (this.#verifying.get(hash) === verifying) this.#verifying.delete(hash)
    }
  }

  #holds({ issuer, generation, token }: Remembered): boolean {
    const { keys, clockToleranceSeconds } = issuer
    return (
      generation === keys.generation &&
      isInTime(token.claims as TimedClaims, issuer.now(), clockToleranceSeconds) &&
      this.#isTrusted(issuer)
    )
  }

  async #verifyAndRemember(hash: string, jws: CompactJws, issuer: BoundJwtIssuer): Promise<AccessToken> {
    const { generation } = issuer.keys
    const token = await verifyJwt(jws, issuer)
    // NaN, which equals nothing, as long as there are no keys.
    if (generation === issuer.keys.generation) {
      const size = jws.protected.length + jws.payload.length + jws.signature.length
      this.#sweepIfDue(issuer, generation)
      this.#known.set(hash, { issuer, token, generation }, { size })
    }
    return token
  }

  /** Nothing is kept of a token that nobody can use any more. */
  #sweepIfDue(asked: BoundJwtIssuer, generationNow: number): void {
    const now = asked.now()
    if (Math.abs(now - this.#sweptAt) < sweepEvery) return
    this.#sweptAt = now
    for (const [hash, { issuer, token, generation }] of this.#known.entries()) {
      const hasExpired = token.expiresAt + issuer.clockToleranceSeconds <= now
      // Of other issuers, the generation is not asked for: that might fetch keys.
      const isOfOtherKeys = issuer === asked && generation !== generationNow
      if (hasExpired || isOfOtherKeys) this.#known.delete(hash)
    }
  }
}

function isGood(verifying: Promise<AccessToken>): Promise<boolean> {
  return verifying.then(
    () => true,
    () => false,
  )
}
