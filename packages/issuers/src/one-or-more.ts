/** An option that is one string or a list of them. @throws TypeError */
export function listOf(option: string, given: unknown): readonly string[] {
  const list: unknown = typeof given === 'string' ? [given] : given
  if (Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === 'string' && one !== '')) {
    if (new Set(list).size === list.length) return list
    throw new TypeError(`${option}: expected each one once`)
  }
  throw new TypeError(`${option}: expected a string, or a list of strings, none empty`)
}

/** What stands in one of two options, of which one has to be there: `{ tenant }` or `{ tenants }`. @throws TypeError */
export function oneOrMore<Name extends string>(
  options: string,
  [one, more]: readonly [one: string, more: string],
  given: readonly [one: Name | undefined, more: readonly Name[] | undefined],
): readonly Name[] {
  const [single, several] = given
  if ((single === undefined) === (several === undefined)) {
    throw new TypeError(`${options}: expected either ${one} or ${more}`)
  }
  if (single !== undefined && typeof single !== 'string') {
    throw new TypeError(`${options}.${one}: expected a string, got ${typeof single}`)
  }
  return listOf(`${options}.${single === undefined ? more : one}`, single ?? several) as readonly Name[]
}
