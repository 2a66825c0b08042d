import { attacker } from './attacker.js'
import { type TestToken, testToken } from './test-token.js'

const sha256 = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'

/** Members that name a key, each with the rule that keeps the token from passing without it. */
const bound: Record<string, [rule: string, cnf: unknown]> = {
  'a DPoP key': ['DPOP-26', { jkt: sha256 }],
  'a certificate': ['MTLS-02', { 'x5t#S256': sha256 }],
  'a DPoP key and a certificate': ['MTLS-08', { jkt: sha256, 'x5t#S256': sha256 }],
  'a public key': ['MTLS-08', { jwk: attacker.publicJwk }],
  'an encrypted key': ['MTLS-08', { jwe: 'eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d' }],
  'the identifier of a key': ['MTLS-08', { kid: 'k' }],
  'the address of a key': ['MTLS-08', { jku: 'https://keys.example/jwks', kid: 'k' }],
  'a method that nobody knows': ['MTLS-08', { foo: 1 }],
}

/** Values that name no key, and that do not make the token unbound. */
const malformed: Record<string, unknown> = {
  empty: {},
  null: null,
  'a string': sha256,
  'an array': [{ jkt: sha256 }],
  'an empty array': [],
  'a number': 0,
  false: false,
  'with a jkt that is null': { jkt: null },
  'with a jkt that is a number': { jkt: 1 },
  'with a jkt that is empty': { jkt: '' },
  'with a jkt in an array': { jkt: [sha256] },
  'with a jkt that has padding': { jkt: `${sha256}=` },
}

/** Tokens bound to a key: as Bearer, without the key, they are refused (RFC 9449 §7.2, RFC 8705 §3, RFC 7800). */
export const confirmationTokens: readonly TestToken[] = [
  ...Object.entries(bound).map(([name, [rule, cnf]]) =>
    testToken(rule, `cnf with ${name}`, (server) => server.mint({ claims: { cnf } })),
  ),
  ...Object.entries(malformed).map(([name, cnf]) =>
    testToken('DPOP-25', `cnf ${name}`, (server) => server.mint({ claims: { cnf } })),
  ),
]
