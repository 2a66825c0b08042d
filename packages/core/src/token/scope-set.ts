import { misconfigured } from '../configuration.js'
import type { JsonObject } from '../jws/strict-json.js'
import type { ScopeSet } from './access-token.js'

/** A claim from which scopes can be read. */
export type ScopeClaim = 'scope' | 'scp' | 'roles' | 'permissions'

const scopeClaims: readonly ScopeClaim[] = ['scope', 'scp', 'roles', 'permissions']

/** @throws TypeError */
export function readScopeClaims(option: string, given: readonly ScopeClaim[]): readonly ScopeClaim[] {
  if (Array.isArray(given) && given.length > 0 && given.every((name) => scopeClaims.includes(name))) {
    return Object.freeze([...given])
  }
  throw misconfigured(option, `a list out of ${scopeClaims.join(', ')}`, given)
}

/** @see ScopeSet */
class Scopes implements ScopeSet {
  readonly #scopes: Set<string>

  constructor(scopes: Iterable<string>) {
    this.#scopes = new Set(scopes)
    this.#scopes.delete('')
    Object.freeze(this)
  }

  get size(): number {
    return this.#scopes.size
  }

  has(scope: string): boolean {
    return this.#scopes.has(scope)
  }

  [Symbol.iterator](): IterableIterator<string> {
    return this.#scopes.values()
  }

  toJSON(): string[] {
    return [...this]
  }

  toString(): string {
    return [...this].join(' ')
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string[] {
    return this.toJSON()
  }
}

/**
 * Reads the scopes of a token. Without `from`, that is `scope` as a space-separated string: RFC 6749 §3.3, RFC 9068
 * §2.2.3. With `from`, it is every named claim, as a list of strings or, for `scope` and `scp`, as a string; the names of
 * roles and permissions may have spaces in them. A claim of another type grants nothing.
 */
export function readScopes(claims: JsonObject, from: readonly ScopeClaim[] | undefined): ScopeSet {
  if (!from) return new Scopes(scopesOfString(claims['scope']))
  return new Scopes(from.flatMap((name) => scopesOfClaim(name, claims[name])))
}

function scopesOfClaim(name: ScopeClaim, claim: unknown): readonly string[] {
  if (Array.isArray(claim) && claim.every((scope) => typeof scope === 'string')) return claim
  return name === 'scope' || name === 'scp' ? scopesOfString(claim) : []
}

function scopesOfString(claim: unknown): readonly string[] {
  return typeof claim === 'string' ? claim.split(' ') : []
}
