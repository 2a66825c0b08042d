import { listOf } from './define-preset.js'

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
