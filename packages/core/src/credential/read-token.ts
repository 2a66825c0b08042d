import { Rejection } from '../rejection.js'
import type { Scheme } from '../rejection-codes.js'
import type { ResourceRequest } from '../request/resource-request.js'
import type { PresentedToken } from './credential.js'

const maxCharacters = 16 * 1024
const token68 = /^[\w\-.~+/]+=*$/

/**
 * Reads the access token from the Authorization field, and from nowhere else: a token in the query or the body is
 * ignored (RFC 6750 §2; RFC 9700 §4.3.2).
 *
 * Foreign schemes count as no credential (RFC 6750 §3.1). A known scheme is an attempt, however it goes on.
 *
 * Whether it is made of the right characters is left to {@link checkToken68}: a token that is remembered was checked when it first came.
 *
 * @throws Rejection credential_missing, credential_ambiguous, credential_malformed
 */
export function readToken(request: ResourceRequest, schemes: readonly Scheme[]): PresentedToken {
  const credentials = credentialsIn(request.header('authorization'))
  const scheme = firstOf(credentials, schemes)
  if (!scheme) throw missing(credentials)
  if (credentials.length > 1) {
    throw new Rejection(
      'credential_ambiguous',
      `${credentials.length} credentials in Authorization, expected one`,
    )
  }
  return { scheme, token: tokenOf(credentials[0] ?? '', scheme) }
}

function missing(credentials: readonly string[]): Rejection {
  const usesDpop = credentials.some((credential) => schemeOf(credential, ['DPoP']))
  const hint = usesDpop ? '; it names DPoP, which is off, see protectedResource({ dpop })' : ''
  return new Rejection('credential_missing', `no Authorization field with a scheme that is known here${hint}`)
}

/** A comma after which another field begins: what follows is a scheme or a token alone, not `name=value`. */
const betweenFields = /,[ \t]*(?=[\w!#$%&'*+.^`|~-]+(?:[ \t]|$|,))/

/**
 * Fields that were joined on the way (by `Headers`, by a proxy) are parted again, so that two credentials stay two: a
 * comma never occurs in a token (token68, RFC 9110 §11.2).
 */
function credentialsIn(fields: readonly string[]): readonly string[] {
  for (const field of fields) {
    if (field.length > maxCharacters) throw malformed(`longer than ${maxCharacters} characters`)
  }
  return fields.some((field) => field.includes(','))
    ? fields.flatMap((field) => field.split(betweenFields))
    : fields
}

function firstOf(credentials: readonly string[], schemes: readonly Scheme[]): Scheme | undefined {
  for (const credential of credentials) {
    const scheme = schemeOf(credential, schemes)
    if (scheme) return scheme
  }
  return undefined
}

function schemeOf(field: string, schemes: readonly Scheme[]): Scheme | undefined {
  return schemes.find((scheme) => {
    if (field[scheme.length] !== ' ' && isTokenCharacter(field[scheme.length])) return false
    const name = field.slice(0, scheme.length)
    return name === scheme || name.toLowerCase() === scheme.toLowerCase()
  })
}

/** RFC 9110 §5.6.2: a longer run of these is another scheme's name. */
function isTokenCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\w!#$%&'*+\-.^`|~]/.test(character)
}

function tokenOf(field: string, scheme: Scheme): string {
  if (field[scheme.length] !== ' ') throw malformed(`no space after "${scheme}"`, scheme)
  let start = scheme.length
  while (field[start] === ' ') start++
  return field.slice(start)
}

/** What follows the scheme is one token: RFC 9110 §11.2. @throws Rejection credential_malformed */
export function checkToken68({ scheme, token }: PresentedToken): void {
  if (token68.test(token)) return
  throw malformed(`what follows "${scheme}" is not one token (token68)`, scheme)
}

function malformed(reason: string, scheme?: Scheme): Rejection {
  return new Rejection('credential_malformed', `Authorization field: ${reason}`, scheme && { scheme })
}
