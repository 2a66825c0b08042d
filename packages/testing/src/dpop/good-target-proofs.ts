import { proofFor, type TestProof, testProof } from './test-proof.js'
import { joinUrl, type UrlParts, urlParts } from './url-parts.js'

type Equivalent = (url: string, parts: UrlParts) => string

/** Query and fragment are left out of the comparison: RFC 9449 §4.3, check 9. */
const suffixes: Record<string, string> = {
  'with a query': '?a=1&b=%2F',
  'with an empty query': '?',
  'with a fragment': '#a',
  'with an empty fragment': '#',
  'with a query and a fragment': '?a=1#b?c',
  'with a URL in its query': '?next=https://evil.example/v1/x',
}

/** Other texts of the same URI by its syntax: RFC 3986 §6.2.2. */
const bySyntax: Record<string, Equivalent> = {
  'with its scheme in upper case': (_, { scheme, ...parts }) =>
    joinUrl({ scheme, ...parts }).replace(scheme, scheme.toUpperCase()),
  'with its host in upper case': (_, parts) => joinUrl({ ...parts, host: parts.host.toUpperCase() }),
  'with scheme and host in mixed case': (url, { scheme, host }) =>
    url.replace(scheme, capitalized(scheme)).replace(host, capitalized(host)),
  'with a letter encoded': (_, parts) => joinUrl({ ...parts, path: parts.path.replace(/[a-z]/, encode) }),
  'with all its letters encoded': (_, parts) => joinUrl({ ...parts, path: encodeLetters(parts.path) }),
  'with all its letters encoded, in lower case': (_, parts) =>
    joinUrl({ ...parts, path: encodeLetters(parts.path).toLowerCase() }),
  'with its escapes in lower case': (_, parts) => joinUrl({ ...parts, path: escapesInLowerCase(parts.path) }),
  'with a dot segment': (_, parts) => joinUrl({ ...parts, path: `/.${parts.path}` }),
  'with dot segments': (_, parts) => joinUrl({ ...parts, path: `/a/b/../..${parts.path}` }),
  'with dot segments in escapes': (_, parts) => joinUrl({ ...parts, path: `/%2E/a/%2e%2E${parts.path}` }),
  'with dot segments above the root': (_, parts) => joinUrl({ ...parts, path: `/..${parts.path}` }),
}

/** Other texts of the same URI by its scheme: RFC 3986 §6.2.3. They change nothing where the URL has another port. */
const byScheme: Record<string, Equivalent> = {
  'with the default port': (_, parts) =>
    joinUrl({ ...parts, port: parts.port || (parts.scheme === 'https' ? ':443' : ':80') }),
  'with an empty port': (_, parts) => joinUrl({ ...parts, port: parts.port || ':' }),
  'without its default port': (_, parts) =>
    joinUrl({ ...parts, port: parts.port === (parts.scheme === 'https' ? ':443' : ':80') ? '' : parts.port }),
}

/** Proofs whose `htu` is written in another way than the URL of the request, and means the same. */
export const goodTargetProofs: readonly TestProof[] = [
  ...Object.entries(suffixes).map(([name, suffix]) => forTarget('DPOP-13', name, (url) => url + suffix)),
  ...Object.entries(bySyntax).map(([name, htu]) => forTarget('DPOP-14', name, htu)),
  ...Object.entries(byScheme).map(([name, htu]) => forTarget('DPOP-15', name, htu)),
]

function forTarget(rule: string, name: string, htu: Equivalent): TestProof {
  return testProof(rule, `htu ${name}`, (context) => {
    const parts = urlParts(context.url)
    return proofFor(context, { claims: { htu: htu(joinUrl(parts), parts) } })
  })
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function encode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** Leaves the escapes that are there already as they are. */
function encodeLetters(path: string): string {
  return path.replaceAll(/%[\da-f]{2}|[a-z]/gi, (found) => (found.length === 1 ? encode(found) : found))
}

function escapesInLowerCase(path: string): string {
  return path.replaceAll(/%[\da-f]{2}/gi, (escape) => escape.toLowerCase())
}
