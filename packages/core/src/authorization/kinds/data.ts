import { misconfigured } from '../../configuration.js'
import { quote } from '../../rejection.js'

/** Freezes a requirement, and lets it print itself: `String(requirement)`. It stays plain data for everyone else. */
export function printable<R extends object>(requirement: R, print: (requirement: R) => string): R {
  Object.defineProperty(requirement, 'toString', { value: () => print(requirement) })
  return Object.freeze(requirement)
}

/** It may have holes, which `map` and `every` pass over: copy it with `Array.from` before each member is looked at. */
export function isFilledList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0
}

/** A list of texts, of which none is empty. @throws TypeError */
export function readTexts(where: string, what: string, given: unknown): readonly string[] {
  if (!isFilledList(given)) throw misconfigured(where, `at least one ${what}`, given)
  for (const one of given) {
    if (typeof one !== 'string' || one === '') throw misconfigured(where, `a ${what}`, one)
  }
  return Object.freeze([...(given as string[])])
}

/** What is needed and what came, for operators. */
export function comparison(what: string, needed: readonly unknown[], came: unknown): string {
  return `needed ${what}: ${needed.map(quote).join(', ')}; the token carries ${quote(came)}`
}
