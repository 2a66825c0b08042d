import { type TestToken, testToken } from './test-token.js'

/** Other strings than the issuer, though many a URL parser would call them the same. */
const nearMisses: Record<string, (issuer: string) => string> = {
  'with its last slash the other way': (issuer) =>
    issuer.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/`,
  'with its scheme and host in upper case': (issuer) =>
    issuer.replace(/^[^/]+\/\/[^/]+/, (origin) => origin.toUpperCase()),
  'without its port': (issuer) => issuer.replace(/:\d+/, ''),
  'with the port of https': (issuer) => issuer.replace(/:\d+/, ':443'),
  'with a zero before its port': (issuer) => issuer.replace(/:(\d+)/, ':0$1'),
  'by https': (issuer) => issuer.replace('http:', 'https:'),
  'with its address as a number': (issuer) => issuer.replace('127.0.0.1', '2130706433'),
  'with its address in short': (issuer) => issuer.replace('127.0.0.1', '127.1'),
  'with its host by name': (issuer) => issuer.replace('127.0.0.1', 'localhost'),
  'in full-width digits': (issuer) => issuer.replace('127', '１２７'),
  'with an ideographic full stop': (issuer) => issuer.replace('127.', '127。'),
  'with a user before its host': (issuer) => issuer.replace('//', '//user@'),
  'with an empty query': (issuer) => `${issuer}?`,
  'with an empty fragment': (issuer) => `${issuer}#`,
  'with a dot segment': (issuer) => `${issuer}/.`,
  'with a space after it': (issuer) => `${issuer} `,
  'with a zero-width space after it': (issuer) => `${issuer}\u200B`,
  'without its last character': (issuer) => issuer.slice(0, -1),
  'with more after it': (issuer) => `${issuer}.evil.example`,
  empty: () => '',
}

/** Tokens of somebody else, however near: `iss` is compared code point for code point (RFC 8414 §4). */
export const issuerTokens: readonly TestToken[] = [
  ...Object.entries(nearMisses).map(([name, iss]) =>
    testToken('JOSE-27', `iss ${name}`, (server) => server.mint({ claims: { iss: iss(server.issuer) } })),
  ),
  testToken('JOSE-29', 'iss of a stranger', (server, canaryUrl) =>
    server.mint({ claims: { iss: canaryUrl } }),
  ),
]
