const absoluteUri =
  /^(https?):\/\/([a-z\d\-._~]+|\[[\da-f:.]+\])(?::(\d*))?(\/(?:[\w\-.~!$&'()*+,;=:@/]|%[\da-f]{2})*)?(?:[?#][\x21-\x7e]*)?$/i
/** What most URIs are like. Dot segments are looked for beside it. */
const plainUri = /^https?:\/\/[a-z\d\-._~]+\/[\w\-.~!$&'()*+,;=:@/]*$/
const defaultPorts: Readonly<Record<string, string>> = { http: '80', https: '443' }

/**
 * The normal form of an http or https URI, without query and fragment: two texts name one target when their normal forms are equal
 * (RFC 9449 §4.3, RFC 3986 §6.2.2 and §6.2.3). Undefined for every text that is not such a URI by the letter of RFC 3986: relative, with user
 * information, with characters that no URI has.
 *
 * Scheme and host become lower case, escapes of unreserved characters are decoded and the others written in upper case, dot
 * segments are removed, the default port is dropped, and an empty path is `/`. Everything else stays: the case of the path,
 * slashes at its end or in a row, `%2F`. `new URL` reads what is no URI and normalises less.
 */
export function normalizedUri(text: string): string | undefined {
  if (plainUri.test(text) && !text.includes('/.')) return text
  const [, scheme, host, port, path] = absoluteUri.exec(text)?.map((part) => part ?? '') ?? []
  if (!scheme || !host) return undefined
  const lowerCased = scheme.toLowerCase()
  const explicitPort = port && port !== defaultPorts[lowerCased] ? `:${port}` : ''
  return `${lowerCased}://${host.toLowerCase()}${explicitPort}${withoutDotSegments(decodeUnreserved(path || '/'))}`
}

const unreserved = /[\w\-.~]/

/** RFC 3986 §6.2.2.1 and §6.2.2.2. */
function decodeUnreserved(path: string): string {
  return path.replace(/%[\da-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
    return unreserved.test(character) ? character : escape.toUpperCase()
  })
}

/** RFC 3986 §5.2.4, for a path that begins with a slash. */
function withoutDotSegments(path: string): string {
  const kept: string[] = []
  const segments = path.slice(1).split('/')
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  const last = segments.at(-1)
  if (last === '.' || last === '..') kept.push('')
  return `/${kept.join('/')}`
}
