/** A JSON object that was parsed strictly. It is frozen through and through, and inherits nothing. */
export type JsonObject = Readonly<Record<string, unknown>>

const maxDepth = 32
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Parses a UTF-8 JSON object and refuses what two parsers could read differently: duplicate member names (RFC 7519 §4),
 * a byte order mark, nesting deeper than 32. A member called `__proto__` is dropped.
 *
 * @throws SyntaxError with a fixed text: it never quotes its input, as `JSON.parse` does.
 */
export function parseJsonObject(bytes: Uint8Array): JsonObject {
  const [text, value] = parseUtf8Json(bytes)
  if (!isJsonObject(value)) throw new SyntaxError('not a JSON object')
  // `JSON.parse` keeps the last of several members with one name.
  if (countMembers(text) > deepFreeze(value))
    throw new SyntaxError('JSON with a member name that occurs twice')
  return value
}

function parseUtf8Json(bytes: Uint8Array): [text: string, value: unknown] {
  try {
    const text = utf8.decode(bytes)
    return [text, JSON.parse(text)]
  } catch {
    throw new SyntaxError('not JSON in UTF-8')
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]

/** How many members valid JSON has, in all its objects together: outside of strings, each has one colon. @throws SyntaxError */
function countMembers(json: string): number {
  let members = 0
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === quote) at = endOfString(json, at)
    else if (code === colon) members++
    else if (code === closeBrace || code === closeBracket) depth--
    else if (code === openBrace || code === openBracket) {
      if (++depth > maxDepth) throw new SyntaxError(`JSON nested deeper than ${maxDepth} levels`)
    }
  }
  return members
}

/** Where the string ends that starts there: at a quote with an even number of backslashes before it. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let before = end
    while (json.charCodeAt(before - 1) === backslash) before--
    if ((end - before) % 2 === 0) return end
  }
}

/** @returns how many members it had, in all its objects together */
function deepFreeze(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const isList = Array.isArray(value)
  const members: readonly unknown[] = isList ? value : Object.values(value)
  let count = isList ? 0 : members.length
  for (const member of members) count += deepFreeze(member)
  if (!isList) {
    if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__')
    Object.setPrototypeOf(value, null)
  }
  Object.freeze(value)
  return count
}
