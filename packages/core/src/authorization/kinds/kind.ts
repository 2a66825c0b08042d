import type { Principal } from '../../principal.js'
import type { Verdict } from '../verdict.js'

/** What a requirement may name, by the configuration of the resource. */
export interface KnownNames {
  /** Undefined: any. */
  readonly scopes?: readonly string[] | undefined
  /** Types of authorization details. Undefined: any. */
  readonly detailsTypes?: readonly string[] | undefined
}

/** What of a requirement stands in its object, whoever wrote that. */
export type Data = Readonly<Record<string, unknown>>

/** Prints itself for logs and documentation. Objects that were written by hand need nothing for it. */
export interface Printed {
  toString(): string
}

/** One kind of requirement: how it is read and printed. */
export interface ReadKind<R> {
  /** The names of what it has beside `kind`. Whatever else stands there is a mistake: it would mean nothing. */
  readonly members: readonly string[]
  /** A copy, so that what was checked is what will be asked. @throws TypeError */
  readonly read: (where: string, given: Data, known: KnownNames) => R
  readonly print: (requirement: R) => string
}

/** One kind of requirement that a principal shows to be met or not, without asking anyone. */
export interface Kind<R> extends ReadKind<R> {
  /**
   * @param now - in seconds since the epoch
   * @param tolerance - in seconds, for clocks that differ; default 0
   */
  readonly judge: (requirement: R, principal: Principal, now: number, tolerance?: number) => Verdict
}
