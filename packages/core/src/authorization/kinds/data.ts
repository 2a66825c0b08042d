import { misconfigured } from '../../configuration.js'
import { quote } from '../../rejection.js'

/** Requirements that were made here: they cannot change any more. */
const made = new WeakSet<object>()

/** Freezes a requirement, and lets it print itself: `String(requirement)`. It stays plain data for everyone else. */
export function printable<R extends object>(requirement: R, print: (requirement: R) => string): R {
  Object.defineProperty(requirement, 'toString', { value: () => print(requirement) })
  made.add(requirement)
  return Object.freeze(requirement)
}

export function isMade(given: unknown): given is object {
  return typeof given === 'object' && given !== null && made.has(given)
}

/** It may have holes, which `map` and `every` pass over: copy it with `Array.from` before each member is looked at. */
export function isFilledList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0
}

/** For a list that was given where its members were meant. */
export function hintFor(given: unknown): string {
  return Array.isArray(given) ? '; pass several as separate arguments, not as a list' : ''
}

/**
 * A text that can stand in a parameter of a challenge beside others, parted by spaces: a scope (RFC 6749 §3.3), a value of acr (RFC 9470
 * §3).
 */
export function isParameterToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)
}

/** A list of texts, of which none is empty. @throws TypeError */
export function readTexts(where: string, what: string, given: unknown): readonly string[] {
  if (!isFilledList(given)) throw misconfigured(where, `at least one ${what}`, given)
  for (const one of given) {
    if (typeof one !== 'string' || one === '') throw misconfigured(where, `a ${what}`, one)
  }
  return Object.freeze([...(given as string[])])
}

/** {@link readTexts} of what was passed one by one. */
export function readArguments(where: string, what: string, given: unknown): readonly string[] {
  const list: unknown = Array.isArray(given) ? given.find(Array.isArray) : undefined
  if (list !== undefined) throw misconfigured(where, `a ${what}${hintFor(list)}`, list)
  return readTexts(where, what, given)
}

/** For whoever wonders why a claim about the authentication of a user is not there. */
export function hintOfClients(claim: unknown): string {
  return claim === undefined ? '; tokens for clients alone, without a user, usually have none' : ''
}

/** What is needed and what came, for operators. */
export function comparison(what: string, needed: readonly unknown[], came: unknown): string {
  return `needed ${what}: ${needed.map(quote).join(', ')}; the token carries ${quote(came)}`
}
