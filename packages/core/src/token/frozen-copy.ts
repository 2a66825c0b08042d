/**
 * A copy that nobody can change: the next request with the same token sees it. Lists and plain objects are copied and frozen, whatever is
 * in them; those that it is made of stay as they are, for they belong to the application. What else there is (a Date, a Map, an object of
 * a class) is passed on as it is.
 *
 * @throws what a getter throws
 */
export function deepFrozenCopy<T>(value: T, copies: Map<unknown, unknown> = new Map()): T {
  const isList = Array.isArray(value)
  if (!isList && !isPlainObject(value)) return value
  const known = copies.get(value)
  if (known !== undefined) return known as T
  const copy: object = isList ? [] : (Object.create(Object.getPrototypeOf(value)) as object)
  copies.set(value, copy)
  for (const [name, member] of Object.entries(value)) {
    // Defined, not assigned: a member may be called __proto__.
    Object.defineProperty(copy, name, { value: deepFrozenCopy(member, copies), enumerable: true })
  }
  return Object.freeze(copy) as T
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
