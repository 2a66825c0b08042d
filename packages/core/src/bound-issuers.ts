import type { Awaitable } from './awaitable.js'
import { ifGiven } from './configuration.js'
import { allReady, healthOf, type IssuerHealth } from './issuer-health.js'
import type { Settings } from './options.js'
import { type Binding, type BoundIssuer, bindIssuer } from './token/bind-issuer.js'
import { chooseIssuer, type Route } from './token/choose-issuer.js'
import { ResolvedIssuers } from './token/resolved-issuers.js'

/** The issuers of one resource: those that are named, and those that its resolver finds. */
export class BoundIssuers {
  readonly named: readonly BoundIssuer[]
  readonly #resolved: ResolvedIssuers | undefined

  constructor({ issuers, resolver, now }: Pick<Settings, 'issuers' | 'resolver' | 'now'>, binding: Binding) {
    this.named = issuers.map((issuer) => bindIssuer(issuer, binding))
    this.#resolved = ifGiven(resolver, (resolve) => {
      return new ResolvedIssuers(resolve, (issuer) => bindIssuer(issuer, binding), now)
    })
  }

  /** Whether more issuers may be found than are named. */
  get hasResolver(): boolean {
    return this.#resolved !== undefined
  }

  /** Those that are known now. */
  get all(): readonly BoundIssuer[] {
    return this.#resolved ? [...this.named, ...this.#resolved.known] : this.named
  }

  /** Whether it is trusted now. */
  holds(issuer: BoundIssuer): boolean {
    return this.named.includes(issuer) || this.#resolved?.holds(issuer) === true
  }

  /** @see chooseIssuer */
  choose(token: string): Awaitable<Route> {
    return chooseIssuer(token, this.named, this.#resolved)
  }

  /** @throws AggregateError */
  ready(): Promise<void> {
    return allReady(this.all)
  }

  health(): readonly IssuerHealth[] {
    return this.all.map(healthOf)
  }

  close(): void {
    for (const issuer of this.named) issuer.close()
    this.#resolved?.close()
  }
}
