import { fullWidth } from './method-proofs.js'
import {
  type BadProof,
  type ProofContext,
  proofFor,
  refusedAs,
  type TestProof,
  testProof,
} from './test-proof.js'
import { joinUrl, type UrlParts, urlParts } from './url-parts.js'

type NearMiss = (parts: UrlParts) => Partial<UrlParts>

/** URIs that differ, though only in one place, and though some servers treat them alike (RFC 3986 §6.2.2.1). */
const others: Record<string, NearMiss> = {
  'with its path in upper case': ({ path }) => ({ path: path.toUpperCase() }),
  'with one letter of its path in upper case': ({ path }) => ({
    path: path.replace(/[a-z]/, (letter) => letter.toUpperCase()),
  }),
  'with a slash after it': ({ path }) => ({ path: `${path}/` }),
  'with its first slash twice': ({ path }) => ({ path: `/${path}` }),
  'with a slash as %2F': ({ path }) => ({ path: path.replace(/\/(?=[^/]*$)/, '%2F') }),
  'with a slash as %2f': ({ path }) => ({ path: path.replace(/\/(?=[^/]*$)/, '%2f') }),
  'with a slash as %252F': ({ path }) => ({ path: path.replace(/\/(?=[^/]*$)/, '%252F') }),
  'with a letter encoded twice': ({ path }) => ({
    path: path.replace(/[a-z]/, (letter) => `%25${hex(letter)}`),
  }),
  'with a question mark as %3F': ({ path }) => ({ path: `${path}%3Fa=1` }),
  'with a number sign as %23': ({ path }) => ({ path: `${path}%23a` }),
  'with a parameter': ({ path }) => ({ path: `${path};v=1` }),
  'with a full stop after a letter': ({ path }) => ({ path: path.replace(/[a-z]/, '$&.') }),
  'with more after it': ({ path }) => ({ path: `${path}x` }),
  'with a segment after it': ({ path }) => ({ path: `${path}/y` }),
  'without its last character': ({ path }) => ({ path: path.slice(0, -1) }),
  'of the root': () => ({ path: '/' }),
  'without a path': () => ({ path: '' }),
  'with dot segments to elsewhere': ({ path }) => ({ path: `${path}/../y` }),
  'with a dot segment to the level above': ({ path }) => ({ path: `${path.replace(/\/$/, '')}/..` }),
  'with dots in one segment': ({ path }) => ({ path: `${path}/...` }),
  'of another port': ({ port }) => ({ port: port === ':8443' ? ':8444' : ':8443' }),
  'with the port of the other scheme': ({ scheme }) => ({ port: scheme === 'https' ? ':80' : ':443' }),
  'of the other scheme': ({ scheme }) => ({ scheme: scheme === 'https' ? 'http' : 'https' }),
  'of another host': () => ({ host: 'evil.example' }),
  'of a host with more after it': ({ host }) => ({ host: `${host}.evil.example` }),
  'of a host with more before it': ({ host }) => ({ host: `evil.${host}` }),
  'of a host with a full stop after it': ({ host }) => ({ host: `${host}.` }),
  'of an address with hexadecimal digits': () => ({ host: '0x7f.1' }),
  'of an address as a number': () => ({ host: '2130706433' }),
}

/** What WHATWG parsers read as the right URL, or nearly so, and RFC 3986 §3 does not. */
const lenient: Record<string, (url: string, parts: UrlParts) => string> = {
  'with backslashes': (url) => url.replaceAll('/', '\\'),
  'with backslashes after its scheme': (url) => url.replace('//', '\\\\'),
  'with a backslash in its path': (_, parts) => joinUrl({ ...parts, path: parts.path.replace('/', '\\') }),
  'with one slash after its scheme': (url) => url.replace('//', '/'),
  'with no slash after its scheme': (url) => url.replace('//', ''),
  'with three slashes after its scheme': (url) => url.replace('//', '///'),
  'with a tab in its host': (_, parts) => joinUrl({ ...parts, host: insert(parts.host, '\t') }),
  'with a tab in its path': (_, parts) => joinUrl({ ...parts, path: insert(parts.path, '\t') }),
  'with a line feed in its path': (_, parts) => joinUrl({ ...parts, path: insert(parts.path, '\n') }),
  'with a carriage return in its scheme': (url) => insert(url, '\r'),
  'with a space before it': (url) => ` ${url}`,
  'with a space after it': (url) => `${url} `,
  'with a line break after it': (url) => `${url}\n`,
  'with a NUL after it': (url) => `${url}\0`,
  'in angle brackets': (url) => `<${url}>`,
  'with a user': (_, parts) => joinUrl({ ...parts, host: `user@${parts.host}` }),
  'with a user and a password': (_, parts) => joinUrl({ ...parts, host: `user:secret@${parts.host}` }),
  'with an empty user': (_, parts) => joinUrl({ ...parts, host: `@${parts.host}` }),
  'with the host as user of another': (_, parts) => joinUrl({ ...parts, host: `${parts.host}@evil.example` }),
  'with another host as user': (_, parts) => joinUrl({ ...parts, host: `evil.example@${parts.host}` }),
  'with a host in full-width letters': (_, parts) => joinUrl({ ...parts, host: fullWidth(parts.host) }),
  'with an ideographic full stop': (_, parts) => joinUrl({ ...parts, host: `${parts.host}。` }),
  'with a soft hyphen in its host': (_, parts) => joinUrl({ ...parts, host: insert(parts.host, '\u00AD') }),
  'with a zero-width space in its host': (_, parts) =>
    joinUrl({ ...parts, host: insert(parts.host, '\u200B') }),
  'with a host beyond ASCII': (_, parts) => joinUrl({ ...parts, host: 'åpi.example' }),
  'with a letter beyond ASCII in its path': (url) => `${url}å`,
  'with a space in its path': (url) => `${url}/a b`,
  'with a quotation mark in its path': (url) => `${url}"`,
  'with braces in its path': (url) => `${url}/{id}`,
  'with a percent sign alone': (url) => `${url}%`,
  'with a percent sign and no digits': (url) => `${url}%zz`,
  'with a port that is no number': (_, parts) => joinUrl({ ...parts, port: ':https' }),
  'with a port beyond all ports': (_, parts) => joinUrl({ ...parts, port: ':65536443' }),
}

/** What is no absolute URI of a request over HTTP. */
const relative: Record<string, (url: string, parts: UrlParts) => string> = {
  'a path alone': (_, { path }) => path,
  'a path without its first slash': (_, { path }) => path.slice(1),
  'without its scheme': (url) => url.replace(/^https?:/, ''),
  'without its scheme and its slashes': (url) => url.replace(/^https?:\/\//, ''),
  'without its host': (_, { scheme, path }) => `${scheme}://${path}`,
  'its scheme alone': (_, { scheme }) => `${scheme}:`,
  'its host alone': (_, { host, port }) => host + port,
  'of FTP': (url) => url.replace(/^https?/, 'ftp'),
  'of a WebSocket': (url) => url.replace(/^http/, 'ws'),
  'in a blob': (url) => `blob:${url}`,
  'with two schemes': (url) => `https:${url}`,
  'a URN': () => 'urn:example:v1:x',
  'an asterisk': () => '*',
  'a full stop': () => '.',
  'a query alone': () => '?',
  'a space': () => ' ',
  'twice, with a comma between': (url) => `${url},${url}`,
  'twice, with a space between': (url) => `${url} ${url}`,
}

/** Proofs for another target, however near (RFC 9449 §4.3, check 9). */
export const targetProofs: readonly BadProof[] = refusedAs('proof_target_mismatch', [
  ...Object.entries(others).map(([name, change]) =>
    forTarget('DPOP-16', name, (_, parts) => joinUrl({ ...parts, ...change(parts) })),
  ),
  ...Object.entries({ ...lenient, ...relative }).map(([name, htu]) => forTarget('DPOP-17', name, htu)),
])

function forTarget(rule: string, name: string, htu: (url: string, parts: UrlParts) => string): TestProof {
  return testProof(rule, `htu ${name}`, (context: ProofContext) => {
    const parts = urlParts(context.url)
    return proofFor(context, { claims: { htu: htu(joinUrl(parts), parts) } })
  })
}

function insert(text: string, character: string): string {
  return text.slice(0, 1) + character + text.slice(1)
}

function hex(letter: string): string {
  return letter.charCodeAt(0).toString(16).toUpperCase()
}
