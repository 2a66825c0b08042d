import { createHmac, timingSafeEqual } from 'node:crypto'
import { checkOptionNames, checkPresent, misconfigured, misconfiguredSecret } from '../configuration.js'
import type { NonceContext, NonceSource } from './dpop-nonce.js'

/** What nonces are made from, and how long they last. */
export interface RotatingNonceOptions {
  /**
   * What nonces are made from, each at least 32 bytes, random, and the same in all instances. The first one makes nonces, all of
   * them recognise their own. To change a secret, add the new one at the end everywhere, then put it first everywhere, then
   * drop the old one.
   */
  readonly secrets: readonly (string | Uint8Array)[]
  /**
   * How long a nonce is the current one; for as long again it is the previous one, and still accepted. In seconds, whole; default 300,
   * from 1 to 86,400.
   */
  readonly everySeconds?: number
}

const where = 'rotatingNonce'
const minSecretBytes = 32
const maxEverySeconds = 86_400

/**
 * Nonces that nothing has to remember: each is an HMAC-SHA-256 over the resource and a slot of time, so that every instance
 * with the same secrets accepts the nonces of every other one (RFC 9449 §8, §11.3).
 *
 * @throws TypeError
 * @example dpop: { nonce: rotatingNonce({ secrets: [process.env.DPOP_NONCE_SECRET!] }) }
 */
export function rotatingNonce(options: RotatingNonceOptions): NonceSource {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw misconfiguredSecret(where, '{ secrets: [ … ] }', options)
  }
  checkOptionNames(where, options, ['secrets', 'everySeconds'])
  checkPresent(where, options, ['secrets', 'everySeconds'])
  return new RotatingNonce(readSecrets(options.secrets), readEverySeconds(options.everySeconds))
}

function readSecrets(given: unknown): readonly Buffer[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw misconfiguredSecret(`${where}.secrets`, 'a list with at least one secret', given)
  }
  if (new Set(given).size !== given.length) {
    throw new TypeError(`${where}.secrets: expected a list without doubles`)
  }
  return given.map((secret: unknown, index) => {
    const option = `${where}.secrets[${index}]`
    const expected = `a string or a Uint8Array of at least ${minSecretBytes} bytes`
    if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
      throw misconfiguredSecret(option, expected, secret)
    }
    const bytes = Buffer.from(secret)
    if (bytes.length >= minSecretBytes) return bytes
    throw new TypeError(`${option}: expected ${expected}, got ${bytes.length} bytes (is the variable set?)`)
  })
}

function readEverySeconds(given: number = 300): number {
  if (Number.isInteger(given) && given >= 1 && given <= maxEverySeconds) return given
  throw misconfigured(
    `${where}.everySeconds`,
    `a whole number of seconds, from 1 to ${maxEverySeconds}`,
    given,
  )
}

/** The nonces of one slot, one for each secret. */
interface Slot {
  readonly resource: string
  readonly number: number
  readonly current: readonly Buffer[]
  readonly previous: readonly Buffer[]
}

class RotatingNonce implements NonceSource {
  readonly #secrets: readonly Buffer[]
  readonly #everySeconds: number
  #slot: Slot | undefined

  constructor(secrets: readonly Buffer[], everySeconds: number) {
    this.#secrets = secrets
    this.#everySeconds = everySeconds
  }

  current(context: NonceContext): string {
    return this.#slotAt(context).current[0]?.toString() ?? ''
  }

  judge(nonce: string, context: NonceContext): 'current' | 'previous' | 'unknown' {
    const { current, previous } = this.#slotAt(context)
    const given = Buffer.from(nonce)
    if (isAmong(given, current)) return 'current'
    return isAmong(given, previous) ? 'previous' : 'unknown'
  }

  #slotAt({ resource, now }: NonceContext): Slot {
    const number = Math.floor(now / this.#everySeconds)
    if (this.#slot?.number !== number || this.#slot.resource !== resource) {
      const noncesOf = (slot: number) => this.#secrets.map((secret) => nonceOf(secret, resource, slot))
      // The clock of another instance may be in the next slot already.
      const current = [...noncesOf(number), ...noncesOf(number + 1)]
      this.#slot = { resource, number, current, previous: noncesOf(number - 1) }
    }
    return this.#slot
  }
}

function nonceOf(secret: Buffer, resource: string, slot: number): Buffer {
  const text = JSON.stringify(['dpop nonce', resource, slot])
  return Buffer.from(createHmac('sha256', secret).update(text).digest('base64url'))
}

function isAmong(given: Buffer, nonces: readonly Buffer[]): boolean {
  return nonces.some((nonce) => nonce.length === given.length && timingSafeEqual(nonce, given))
}
