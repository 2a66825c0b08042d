/** Where and when a nonce is given out or judged. */
export interface NonceContext {
  /** The resource identifier: a nonce is good at one resource only. */
  readonly resource: string
  /** The present, in seconds since the epoch. */
  readonly now: number
}

/** Gives out nonces for DPoP proofs, and recognises its own, without waiting for anything: RFC 9449 §8 and §9. */
export interface NonceSource {
  /** The nonce that proofs should carry now: RFC 9449 §8.1, at least one character out of %x21, %x23-5B and %x5D-7E. */
  current(context: NonceContext): string
  /** How a nonce stands. With `previous` the request is good, and the client is told the current one. */
  judge(nonce: string, context: NonceContext): 'current' | 'previous' | 'unknown'
}

const nonceSyntax = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * The nonce for the next proof of a client.
 *
 * @throws TypeError when a source of one's own returns a value that is not a nonce
 */
export function freshNonce(source: NonceSource, context: NonceContext): string {
  const nonce = source.current(context)
  if (typeof nonce === 'string' && nonceSyntax.test(nonce)) return nonce
  throw new TypeError('dpop.nonce: current() returned a value that is not a nonce (RFC 9449 §8.1)')
}

const noHeaders = Object.freeze({})

/** What a good answer carries to tell a client of a new nonce: RFC 9449 §8.2. It is not to be stored. */
export function nonceHeaders(nonce: string | undefined): Readonly<Record<string, string>> {
  return nonce === undefined ? noHeaders : Object.freeze({ 'dpop-nonce': nonce, 'cache-control': 'no-store' })
}
