import type { TellNews } from '../issuer-events.js'
import { Attempts, LoadFailure } from './attempts.js'
import { elapsedTime } from './elapsed-time.js'
import type { HttpLimits } from './http-options.js'
import { fetchIssuerMetadata, type IssuerMetadata, type NeededMetadata } from './issuer-metadata.js'

/** From this age on, in milliseconds, it is asked for anew. */
const freshFor = 60 * 60_000
/** From this age on, in milliseconds, everybody waits until it was asked for anew. */
const trustedFor = 5 * 60 * 60_000

interface MetadataSourceOptions {
  readonly issuer: string
  readonly http: HttpLimits
  readonly needed: NeededMetadata
  /** In milliseconds since the epoch. */
  readonly now: () => number
  readonly tell?: TellNews | undefined
  /** From 0 to 1, for the length of pauses. */
  readonly random?: (() => number) | undefined
}

/**
 * The metadata of one issuer, for everyone who needs a part of it: asked for when first needed, one exchange at a time,
 * fresh for an hour, then refreshed in the background, and relied on while it cannot be had anew.
 */
export class MetadataSource {
  readonly #elapsed: () => number
  readonly #attempts: Attempts<IssuerMetadata>
  readonly #tell: TellNews | undefined
  #known: { readonly metadata: IssuerMetadata; readonly at: number } | undefined

  constructor({ now, tell, random = Math.random, ...request }: MetadataSourceOptions) {
    this.#elapsed = elapsedTime(now)
    this.#tell = tell
    this.#attempts = new Attempts({
      code: 'metadata_unavailable',
      load: (signal) =>
        fetchIssuerMetadata({ ...request, signal }).catch((cause: Error) => {
          throw new LoadFailure('metadata_unavailable', cause.message, { cause })
        }),
      keep: (metadata, at) => {
        this.#known = { metadata: this.#completed(metadata), at }
      },
      elapsed: this.#elapsed,
      random,
    })
  }

  /** What is known, however old it is. */
  get known(): IssuerMetadata | undefined {
    return this.#known?.metadata
  }

  /**
   * What is known, when that is fresh or cannot be had anew.
   *
   * @throws Unavailable `metadata_unavailable` when it was never had, and cannot be had now
   */
  getFresh(): Promise<IssuerMetadata> {
    return this.get(freshFor)
  }

  /**
   * What is known, while it is asked for anew in the background.
   *
   * @param waitFrom - from this age on, in milliseconds, that is waited for
   * @throws Unavailable `metadata_unavailable` when it was never had, and cannot be had now
   */
  async get(waitFrom: number = trustedFor): Promise<IssuerMetadata> {
    const known = this.#known
    const age = known ? this.#elapsed() - known.at : Number.POSITIVE_INFINITY
    if (known && age < freshFor) return known.metadata
    const refresh = this.#refresh()
    if (!known) await this.#attempts.orUnavailable(refresh)
    // After a failure nobody waits again: what is known would be used in any case.
    else if (!(age < waitFrom) && !this.#attempts.failure) await refresh.catch(() => undefined)
    else refresh.catch(() => undefined)
    return (this.#known as { metadata: IssuerMetadata }).metadata
  }

  /**
   * Something was not found where the metadata says: it is asked for anew, in the background. Until it comes, what is known stands.
   *
   * @param minAge - of what is known, in milliseconds, for whoever may doubt often
   */
  doubt(minAge: number = 0): void {
    if (this.#known && this.#elapsed() - this.#known.at < minAge) return
    this.#refresh().catch(() => undefined)
  }

  /** How many milliseconds it is until the next attempt may be made. */
  get pause(): number {
    return this.#attempts.pause
  }

  /** Gives up what is running. From now on only what is known is told. */
  close(): void {
    this.#attempts.close()
  }

  /** A document that cannot be read for once takes nothing away that it said before. */
  #completed(metadata: IssuerMetadata): IssuerMetadata {
    const known = this.known
    if (!metadata.partial || !known) return metadata
    const { jwksUri = known.jwksUri, introspectionEndpoint = known.introspectionEndpoint } = metadata
    return { ...metadata, jwksUri, introspectionEndpoint }
  }

  /** Nobody has to wait for it. @throws LoadFailure */
  #refresh(): Promise<void> {
    const { started } = this.#attempts
    const refresh = this.#attempts.run()
    if (this.#attempts.started > started) {
      refresh.then(
        () => this.#tell?.({ type: 'metadata_refreshed' }),
        (failure: LoadFailure) => this.#tellOf(failure),
      )
    } else refresh.catch(() => undefined)
    return refresh
  }

  #tellOf({ code, message }: LoadFailure): void {
    if (this.#attempts.closed) return
    const retryAfterSeconds = Math.max(1, Math.ceil(this.pause / 1000))
    this.#tell?.({ type: 'metadata_refresh_failed', code, message, retryAfterSeconds })
  }
}
