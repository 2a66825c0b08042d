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
  refuseAmbiguity(text)
  return deepFreeze(value)
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

/** Walks over valid JSON once: `names` holds, for each open bracket, the member names seen so far. */
function refuseAmbiguity(json: string): void {
  const names: Set<unknown>[] = []
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (character === '{' || character === '[') {
      if (names.push(new Set()) > maxDepth)
        throw new SyntaxError(`JSON nested deeper than ${maxDepth} levels`)
    } else if (character === '}' || character === ']') {
      names.pop()
    } else if (character === '"') {
      const end = endOfString(json, at)
      if (isMemberName(json, end)) addName(names.at(-1), JSON.parse(json.slice(at, end + 1)))
      at = end
    }
  }
}

function endOfString(json: string, start: number): number {
  let at = start + 1
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at
}

function isMemberName(json: string, endOfString: number): boolean {
  let at = endOfString + 1
  while (/\s/.test(json[at] ?? '')) at++
  return json[at] === ':'
}

function addName(names: Set<unknown> | undefined, name: unknown): void {
  if (names?.has(name)) throw new SyntaxError('JSON with a member name that occurs twice')
  names?.add(name)
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  Reflect.deleteProperty(value, '__proto__')
  if (!Array.isArray(value)) Object.setPrototypeOf(value, null)
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}
