const common = ['issuer', 'jwksUri', 'jwks', 'http', 'claims', 'requires', 'dpop']

/**
 * Makes issuers of the options of a preset. A misspelt option would silently leave its default in force, so that only known ones pass;
 * what core finds wrong is told under the name of the preset.
 *
 * @param own - the names of the options that only this preset has
 * @throws TypeError
 */
export function definePreset<Made>(
  preset: string,
  options: object,
  own: readonly string[],
  make: () => Made,
): Made {
  checkNames(preset, options, [...own, ...common])
  try {
    return make()
  } catch (error) {
    if (error instanceof TypeError && !error.message.startsWith(preset))
      error.message = `${preset}: ${error.message}`
    throw error
  }
}

/** An object that has no members but these, and none that is undefined. @throws TypeError */
export function checkNames(where: string, given: object, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`${where}: expected an object with options`)
  }
  for (const [name, value] of Object.entries(given)) {
    if (!known.includes(name)) {
      throw new TypeError(`${where}: unknown option "${name}", expected one of ${known.join(', ')}`)
    }
    if (value !== undefined) continue
    throw new TypeError(`${where}.${name}: expected a value (or leave the option out), got undefined`)
  }
}

/** One of the values of an option. @throws TypeError */
export function oneOf<Value extends string>(option: string, given: unknown, values: readonly Value[]): Value {
  const found = values.find((value) => value === given)
  if (found !== undefined) return found
  const got = typeof given === 'string' ? `"${given}"` : typeof given
  throw new TypeError(`${option}: expected one of ${values.join(', ')}, got ${got}`)
}

/** An option that is a string. @throws TypeError */
export function text(option: string, given: unknown): string {
  if (typeof given === 'string' && given !== '') return given
  throw new TypeError(
    `${option}: expected a string that is not empty, got ${given === '' ? 'an empty one' : typeof given}`,
  )
}

/** An option that is one string or a list of them. @throws TypeError */
export function listOf(option: string, given: unknown): readonly string[] {
  const list: unknown = typeof given === 'string' ? [given] : given
  if (Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === 'string' && one !== '')) {
    if (new Set(list).size === list.length) return [...list]
    throw new TypeError(`${option}: expected each one once`)
  }
  throw new TypeError(`${option}: expected a string, or a list of strings, none empty`)
}

/** An option that is true or false, and false where it was left out. @throws TypeError */
export function flag(option: string, given: unknown = false): boolean {
  if (typeof given === 'boolean') return given
  throw new TypeError(`${option}: expected true or false, got ${typeof given}`)
}

/** Defaults of a preset, and over each of them what was given. @throws TypeError */
export function over<Options extends object>(
  option: string,
  defaults: Options,
  given: Options | undefined,
): Options {
  if (given === undefined) return defaults
  if (typeof given === 'object' && given !== null) return { ...defaults, ...given }
  throw new TypeError(`${option}: expected an object with options, got ${typeof given}`)
}
