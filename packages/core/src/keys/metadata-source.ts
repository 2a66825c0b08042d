import { Attempts, LoadFailure } from './attempts.js'
import { elapsedTime } from './elapsed-time.js'
import type { HttpLimits } from './http-options.js'
import { fetchIssuerMetadata, type IssuerMetadata } from './issuer-metadata.js'

/** How long it is relied on what the metadata said, in milliseconds. */
const freshFor = 60 * 60_000

/**
 * The metadata of one issuer, for everyone who needs a part of it: asked for when first needed, one exchange at a time,
 * remembered for an hour, and beyond that while it cannot be had anew.
 */
export class MetadataSource {
  readonly #elapsed: () => number
  readonly #attempts: Attempts<IssuerMetadata>
  #known: { readonly metadata: IssuerMetadata; readonly at: number } | undefined

  /**
   * @param now - in milliseconds since the epoch
   * @param random - from 0 to 1, for the length of pauses
   */
  constructor(issuer: string, http: HttpLimits, now: () => number, random: () => number = Math.random) {
    this.#elapsed = elapsedTime(now)
    this.#attempts = new Attempts({
      code: 'metadata_unavailable',
      load: (signal) =>
        fetchIssuerMetadata(issuer, http, signal).catch((cause: Error) => {
          throw new LoadFailure('metadata_unavailable', cause.message, { cause })
        }),
      keep: (metadata, at) => {
        this.#known = { metadata, at }
      },
      elapsed: this.#elapsed,
      random,
    })
  }

  /** @throws Unavailable `metadata_unavailable` when it was never had, and cannot be had now */
  async get(): Promise<IssuerMetadata> {
    if (this.#known && this.#elapsed() - this.#known.at < freshFor) return this.#known.metadata
    const asking = this.#attempts.orUnavailable(this.#attempts.run())
    if (!this.#known) await asking
    else await asking.catch(() => undefined)
    return (this.#known as { metadata: IssuerMetadata }).metadata
  }

  /** Something was not found where the metadata says: it is asked for anew, in the background. Until it comes, what is known stands. */
  doubt(): void {
    this.#attempts.run().catch(() => undefined)
  }

  /** How many milliseconds it is until the next attempt may be made. */
  get pause(): number {
    return this.#attempts.pause
  }

  /** Gives up what is running. From now on only what is known is told. */
  close(): void {
    this.#attempts.close()
  }
}
