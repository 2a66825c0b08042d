import type { KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'

const maxKeys = 10_000

/**
 * The keys of proofs that were good, so that a client's key is imported once: that costs as much as a signature. Only such keys get in,
 * or anyone could fill it.
 */
export class ProofKeys {
  readonly #keys = new LRUCache<string, KeyObject>({ max: maxKeys })

  /** @param thumbprint - names the key (RFC 7638), which is good for one algorithm */
  get(thumbprint: string, algorithm: string): KeyObject | undefined {
    return this.#keys.get(`${algorithm} ${thumbprint}`)
  }

  remember(thumbprint: string, algorithm: string, key: KeyObject): void {
    this.#keys.set(`${algorithm} ${thumbprint}`, key)
  }
}
