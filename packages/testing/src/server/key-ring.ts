import type { JWK } from 'jose'
import {
  createSigningKeys,
  publicJwk,
  releaseSigningKeys,
  type SigningKey,
  type SigningKeys,
} from './signing-keys.js'

/** The keys of one server: those that sign now, and those that it publishes. */
export class KeyRing {
  current: SigningKeys
  published: readonly JWK[]
  readonly #publishAlg: boolean
  readonly #leased: SigningKeys[]

  constructor(keys: SigningKeys, publishAlg = true) {
    this.current = keys
    this.#publishAlg = publishAlg
    this.#leased = [keys]
    this.published = this.#publicKeys()
  }

  async rotate(keepOld: boolean): Promise<void> {
    this.current = await createSigningKeys()
    this.#leased.push(this.current)
    this.published = keepOld ? [...this.published, ...this.#publicKeys()] : this.#publicKeys()
  }

  publish(keys: readonly unknown[]): void {
    this.published = JSON.parse(JSON.stringify(keys))
  }

  release(): void {
    for (const keys of this.#leased.splice(0)) releaseSigningKeys(keys)
  }

  #publicKeys(): JWK[] {
    return Object.values(this.current).map((key: SigningKey) => publicJwk(key, this.#publishAlg))
  }
}
