/**
 * A copy that nobody can change. Lists and plain objects are copied and frozen, whatever is in them; those that it is made of stay as they
 * are, for they belong to the application. A Date, a Map or a Set cannot be frozen: each copy has its own. Objects of other classes are
 * passed on as they are.
 *
 * @throws what a getter throws
 */
export function deepFrozenCopy<T>(value: T, copies: Map<unknown, unknown> = new Map()): T {
  if (typeof value !== 'object' || value === null) return value
  const known = copies.get(value)
  if (known !== undefined) return known as T
  const isList = Array.isArray(value)
  if (!isList && !isPlainObject(value)) return ownCopy(value, copies) as T
  const copy: object = isList ? [] : (Object.create(Object.getPrototypeOf(value)) as object)
  copies.set(value, copy)
  for (const [name, member] of Object.entries(value)) {
    // Defined, not assigned: a member may be called __proto__.
    Object.defineProperty(copy, name, { value: deepFrozenCopy(member, copies), enumerable: true })
  }
  return Object.freeze(copy) as T
}

function ownCopy(value: object, copies: Map<unknown, unknown>): object {
  if (!isChangeable(value)) return value
  const copy = emptyCopy(value)
  copies.set(value, copy)
  if (value instanceof Set) for (const one of value) (copy as Set<unknown>).add(deepFrozenCopy(one, copies))
  if (value instanceof Map) {
    for (const [key, one] of value) {
      ;(copy as Map<unknown, unknown>).set(deepFrozenCopy(key, copies), deepFrozenCopy(one, copies))
    }
  }
  return copy
}

function emptyCopy(value: Date | Set<unknown> | Map<unknown, unknown>): object {
  if (value instanceof Date) return new Date(value)
  return value instanceof Set ? new Set() : new Map()
}

/** What can be changed although it was frozen. Of a class of one's own, it is not known how to copy it. */
function isChangeable(value: unknown): value is Date | Set<unknown> | Map<unknown, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return [Date.prototype, Set.prototype, Map.prototype].some((known) => known === prototype)
}

/** Whether something is in it of which each request has to have its own copy. */
export function holdsChangeable(value: unknown, seen: Set<unknown> = new Set()): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false
  seen.add(value)
  return isChangeable(value) || Object.values(value).some((member) => holdsChangeable(member, seen))
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
