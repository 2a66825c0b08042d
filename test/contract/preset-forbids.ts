import type { Row } from './contract.js'
import { type Changes, type Dialect, tells, withToken } from './preset-dialect.js'

/** A row: the fixture with these changes does not bring what its issuer requires, by the names that clients are told. */
export function forbids(
  dialect: Dialect,
  what: string,
  unmet: readonly string[],
  changes: Changes,
  cause?: string,
): Row {
  return {
    name: `${dialect.name}: forbids ${what}`,
    request: withToken(dialect, changes),
    answer: dialect.refusal('requirement_unmet', unmet.length > 0 ? { unmet } : {}),
    ...(cause !== undefined && { also: tells(cause) }),
  }
}

/** What the presets require of a token's authority, in the words that clients are told. */
export const ofClient = 'a token of a client that acts for itself'
export const ofUser = 'a token of a user'
