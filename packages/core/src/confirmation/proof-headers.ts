import type { KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { SignatureAlgorithm } from '../jws/signature-algorithms.js'
import type { JsonObject } from '../jws/strict-json.js'

/** What the header of a proof says, once it was found to have the right form. */
export interface ProofHeader {
  readonly algorithm: SignatureAlgorithm
  /** The key of the client. */
  readonly jwk: JsonObject
  /** Of `jwk`: RFC 7638. */
  readonly thumbprint: string | undefined
  /** `jwk`, imported; undefined while no proof with this header was good. */
  readonly key?: KeyObject
}

const maxHeaders = 10_000
/** Of all headers together. */
const maxCharacters = 8 * 1024 * 1024

/**
 * The headers of proofs that were good, by their text: the header of a client never changes, and to read it and to import its key
 * costs as much as the signature. Only good ones get in, or anyone could fill it.
 */
export class ProofHeaders {
  readonly #known = new LRUCache<string, ProofHeader>({ max: maxHeaders, maxSize: maxCharacters })

  /** @param segment - the first part of the proof, as it came */
  get(segment: string): ProofHeader | undefined {
    return this.#known.get(segment)
  }

  remember(segment: string, header: ProofHeader): void {
    // A copy: what was cut out of a proof keeps all of that in memory.
    const copy = Buffer.from(segment, 'latin1').toString('latin1')
    this.#known.set(copy, header, { size: copy.length })
  }
}
