const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** One segment of a proof, read as strictly as can be. @throws Error */
export function readSegment(segment: string): Record<string, unknown> {
  const text = utf8.decode(readBase64url(segment))
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('no object')
  refuseDuplicates(text)
  return value as Record<string, unknown>
}

export function readBase64url(text: string): Buffer {
  const octets = Buffer.from(text, 'base64url')
  if (text === '' || octets.toString('base64url') !== text) throw new Error('no base64url')
  return octets
}

/** Compares, for each object, how many names stand in the text and how many are left after parsing. */
function refuseDuplicates(text: string): void {
  const open: Set<string>[] = []
  for (const [token, name] of text.matchAll(/[{[\]}]|("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"/g)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (name !== undefined) addOnce(open.at(-1), JSON.parse(name))
    if (open.length > 100) throw new Error('too deep')
  }
}

function addOnce(names: Set<string> | undefined, name: string): void {
  if (names?.has(name)) throw new Error('a member twice')
  names?.add(name)
}

/** An http or https URI without query and fragment, normalised by RFC 3986 §6.2.2 and §6.2.3; undefined for any other text. */
export function normalizedTarget(uri: string): string | undefined {
  const [, scheme = '', host = '', port = '', path = '', rest = ''] =
    /^(https?):\/\/([\w.~-]+|\[[\da-f:.]+\])(?::(\d*))?(\/[^?#]*)?([?#].*)?$/is.exec(uri) ?? []
  if (scheme === '' || !isUriText(path) || !/^[!-~]*$/.test(rest)) return undefined
  const isDefault = port === '' || port === { http: '80', https: '443' }[scheme.toLowerCase()]
  const authority = host.toLowerCase() + (isDefault ? '' : `:${port}`)
  return `${scheme.toLowerCase()}://${authority}${withoutDots(unescaped(path || '/'))}`
}

function isUriText(path: string): boolean {
  return /^(?:[\w\-.~!$&'()*+,;=:@/]|%[\da-f]{2})*$/i.test(path)
}

function unescaped(path: string): string {
  return path.replaceAll(/%[\da-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : escape.toUpperCase()
  })
}

/** Every segment but the last is followed by a slash; a last one that is a dot segment leaves one behind. */
function withoutDots(path: string): string {
  const segments: string[] = []
  const given = path.slice(1).split('/')
  for (const [at, segment] of given.entries()) {
    if (segment === '..') segments.pop()
    else if (segment !== '.') segments.push(segment)
    if (at === given.length - 1 && (segment === '.' || segment === '..')) segments.push('')
  }
  return `/${segments.join('/')}`
}
