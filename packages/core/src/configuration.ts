import { inspect } from 'node:util'

/**
 * What a wrong configuration is answered with, and a wrong call: it names the option, what is expected and what was given.
 */
export function misconfigured(option: string, expected: string, given: unknown): TypeError {
  const printed = inspect(given, { depth: 0, maxStringLength: 100, maxArrayLength: 5, breakLength: Infinity })
  return new TypeError(`${option}: expected ${expected}, got ${printed}`)
}

/** {@link misconfigured} for what may be a secret, or hold one: only its kind is told, and whether it is empty. */
export function misconfiguredSecret(option: string, expected: string, given: unknown): TypeError {
  const kind =
    given === ''
      ? 'an empty string'
      : given === null
        ? 'null'
        : Array.isArray(given)
          ? 'a list'
          : typeof given
  return new TypeError(`${option}: expected ${expected}, got ${kind}`)
}

/** Refuses anything but an object with known members: a misspelt option would silently leave its default in force. */
export function checkOptionNames(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw misconfigured(where, 'an object with options', options)
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    throw new TypeError(`${where}: unknown option "${name}", expected one of ${known.join(', ')}`)
  }
}

/**
 * Refuses an option that is present but undefined: a mistyped constant or an unset environment variable would otherwise
 * turn into the default.
 */
export function checkPresent(where: string, options: object, names: readonly string[]): void {
  for (const name of names) {
    if (!(name in options) || options[name as keyof typeof options] !== undefined) continue
    throw misconfigured(`${where}.${name}`, 'a value (or leave the option out)', undefined)
  }
}

/** Reads an option that may be left out. */
export function ifGiven<Given, Read>(
  given: Given | undefined,
  read: (given: Given) => Read,
): Read | undefined {
  return given === undefined ? undefined : read(given)
}

/** A number of seconds, from 0 to a bound. */
export function readSeconds(option: string, given: unknown, byDefault: number, atMost: number): number {
  if (given === undefined) return byDefault
  if (typeof given === 'number' && given >= 0 && given <= atMost) return given
  throw misconfigured(option, `a number of seconds, from 0 to ${atMost}`, given)
}

/** A list of strings without doubles, with at least one member. */
export function readStrings(option: string, given: unknown): readonly string[] {
  if (
    !Array.isArray(given) ||
    given.length === 0 ||
    !given.every((one) => typeof one === 'string' && one !== '')
  ) {
    throw misconfigured(option, 'a list of strings, none empty', given)
  }
  if (new Set(given).size !== given.length) throw misconfigured(option, 'a list without doubles', given)
  return Object.freeze([...given])
}

/**
 * A URL that is written in the configuration: https, or http on loopback (127.0.0.0/8, [::1], localhost), without
 * fragment and user information. It is kept as it was written.
 */
export function readUrl(option: string, given: unknown, hint: string = ''): string {
  if (isSafeUrl(given, true)) return given
  const expected = `an https URL without fragment and user information (http on loopback only)${hint}`
  throw misconfigured(option, expected, typeof given === 'string' ? withoutUserInformation(given) : given)
}

/** It may be a password, and messages end up in logs. */
function withoutUserInformation(url: string): string {
  return url.replace(/^([^/]*\/\/)[^/]*@/, '$1…@')
}

const maxUrlCharacters = 2048
const absoluteUri = /^https?:\/\/(?![^/]*@)(?!\/)[\w\-.~:/?[\]@!$&'()*+,;=%]+$/i

/** The rules of {@link readUrl}. Whether http is acceptable on loopback depends on who wrote the URL. */
export function isSafeUrl(value: unknown, httpOnLoopback: boolean): value is string {
  if (typeof value !== 'string' || value.length > maxUrlCharacters) return false
  if (!absoluteUri.test(value) || !URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || (httpOnLoopback && isLoopback(hostname))
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
