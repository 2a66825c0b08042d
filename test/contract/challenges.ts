import { expect } from 'vitest'
import type { Answer } from './exchange.js'

/** One challenge of a WWW-Authenticate field: RFC 9110 §11.3. */
export interface ParsedChallenge {
  readonly scheme: string
  readonly token68?: string
  readonly parameters: readonly Parameter[]
}

/** Name in lower case, value without quoting. */
type Parameter = readonly [name: string, value: string]

const token = String.raw`[\w!#$%&'*+\-.^\x60|~]+`
const quotedString = String.raw`"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)"`
const elementEnd = String.raw`(?=[ \t]*(?:,|$))`
const grammar = {
  separators: /[ \t]*(?:,[ \t]*)*/y,
  scheme: new RegExp(`(${token})(?:(?= +[^ ,])|${elementEnd})`, 'y'),
  token68: new RegExp(String.raw` +([\w\-.~+/]+=*)${elementEnd}`, 'y'),
  spaces: / +/y,
  parameter: new RegExp(String.raw`(${token})[ \t]*=[ \t]*(?:(${token})|${quotedString})${elementEnd}`, 'y'),
}

/**
 * Takes apart the fields of one name by the grammar of RFC 9110 §11.2 and §11.6.1: several challenges in one field, or in
 * several, are the same.
 *
 * @throws SyntaxError
 */
export function parseChallenges(fields: readonly string[]): ParsedChallenge[] {
  return fields.flatMap(parseField)
}

function parseField(field: string): ParsedChallenge[] {
  const challenges: { scheme: string; token68?: string; parameters: Parameter[] }[] = []
  let at = 0
  const read = (rule: keyof typeof grammar): RegExpExecArray | null => {
    grammar[rule].lastIndex = at
    const found = grammar[rule].exec(field)
    at += found?.[0].length ?? 0
    return found
  }
  for (read('separators'); at < field.length; read('separators')) {
    const current = challenges.at(-1)
    const parameter = current && !current.token68 ? read('parameter') : null
    if (parameter) {
      const [, name = '', plain, quoted = ''] = parameter
      current?.parameters.push([name.toLowerCase(), plain ?? quoted.replace(/\\(.)/gs, '$1')])
      continue
    }
    const [, scheme] = read('scheme') ?? []
    if (!scheme) throw new SyntaxError(`neither a challenge nor a parameter: ${field.slice(at)}`)
    const [, token68] = read('token68') ?? []
    if (!token68) read('spaces')
    challenges.push({ scheme, ...(token68 && { token68 }), parameters: [] })
  }
  return challenges
}

/** %x20-21 / %x23-5B / %x5D-7E, for values and for scope: RFC 6750 §3. */
const safeValue = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/

/** The algorithms of RFC 9449 §4.2 that are implemented here, space-delimited: §7.1. */
const algorithms = /^(?:(?:[EPR]S(?:256|384|512)|Ed25519|EdDSA)(?: (?!$)|$))+$/
/** %x21 / %x23-5B / %x5D-7E: RFC 9449 §8.1. */
const nonceSyntax = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** What has to be true of every answer with a challenge, and of every 401: RFC 6750 §3, RFC 9110 §15.5.2. */
export function expectSoundChallenges({ status, headers }: Answer): void {
  const fields = headers.get('www-authenticate') ?? []
  const challenges = parseChallenges(fields)
  if (status === 401) expect(challenges, 'a 401 without a challenge').not.toHaveLength(0)
  expect(fields.length, 'WWW-Authenticate fields').toBeLessThanOrEqual(1)
  for (const { scheme, parameters } of challenges) {
    const names = parameters.map(([name]) => name)
    expect(names, `parameters of ${scheme}`).toContain('realm')
    expect(names, `parameters of ${scheme}`).toEqual([...new Set(names)])
    if (scheme === 'DPoP') expect(new Map(parameters).get('algs'), 'algs of DPoP').toMatch(algorithms)
    else expect(names, `parameters of ${scheme}`).not.toContain('algs')
    for (const [, value] of parameters) expect(value).toMatch(safeValue)
  }
  const schemes = challenges.map(({ scheme }) => scheme)
  expect(schemes, 'each scheme once').toEqual([...new Set(schemes)])
  if (challenges.length > 0) expect(headers.get('cache-control')).toEqual(['no-store'])
}

/** RFC 9449 §8.1 and §8.2: never more than one nonce, in its own characters, and only in answers that nobody stores. */
export function expectSoundNonce({ headers }: Answer): void {
  const nonces = headers.get('dpop-nonce') ?? []
  expect(nonces.length, 'DPoP-Nonce fields').toBeLessThanOrEqual(1)
  for (const nonce of nonces) expect(nonce).toMatch(nonceSyntax)
  if (nonces.length > 0) expect(headers.get('cache-control')).toEqual(['no-store'])
  const demanded = headers.get('www-authenticate')?.some((field) => field.includes('use_dpop_nonce'))
  if (demanded) expect(nonces, 'a nonce where one is asked for').toHaveLength(1)
}
