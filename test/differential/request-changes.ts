import { dpopClient, type TokenDraft } from '@portcullis/testing'
import type { Change } from './change.js'

type Claims = (draft: TokenDraft) => Readonly<Record<string, unknown>>

const otherClient = dpopClient()

function claims(name: string, slot: 'cnf' | 'token', changed: Claims): Change {
  return {
    name: `token: ${name}`,
    slot,
    token: (draft) => ({ payload: { ...draft.payload, ...changed(draft) } }),
  }
}

function header(name: string, changed: Readonly<Record<string, unknown>>): Change {
  return {
    name: `token: ${name}`,
    slot: 'token',
    token: (draft) => ({ header: { ...draft.header, ...changed } }),
  }
}

const jktOf = ({ payload }: TokenDraft) => payload['cnf'] as object
const at = ({ payload }: TokenDraft, offset: number) => Number(payload['iat']) + offset

/** What the access token is bound to: RFC 9449 §6. */
const confirmations: readonly Change[] = [
  claims('cnf absent', 'cnf', () => ({ cnf: undefined })),
  claims('cnf null', 'cnf', () => ({ cnf: null })),
  claims('cnf a text', 'cnf', () => ({ cnf: 'jkt' })),
  claims('cnf an array', 'cnf', () => ({ cnf: ['jkt'] })),
  claims('cnf empty', 'cnf', () => ({ cnf: {} })),
  claims('cnf with jkt a number', 'cnf', () => ({ cnf: { jkt: 7 } })),
  claims('cnf with jkt empty', 'cnf', () => ({ cnf: { jkt: '' } })),
  claims('cnf with kid alone', 'cnf', () => ({ cnf: { kid: 'k' } })),
  claims('cnf with kid beside jkt', 'cnf', (draft) => ({ cnf: { ...jktOf(draft), kid: 'k' } })),
  claims('cnf with a certificate beside jkt', 'cnf', (draft) => ({
    cnf: { ...jktOf(draft), 'x5t#S256': 'A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0' },
  })),
  claims('bound to another key', 'cnf', () => ({ cnf: { jkt: otherClient.thumbprint } })),
]

/** What is as in any JWT access token: RFC 9068 §4. */
export const tokenChanges: readonly Change[] = [
  ...['exp', 'iat', 'aud', 'iss', 'sub', 'jti', 'client_id'].map((claim) =>
    claims(`${claim} absent`, 'token', () => ({ [claim]: undefined })),
  ),
  ...['exp', 'iat', 'nbf', 'aud', 'iss', 'sub', 'jti', 'client_id'].map((claim) =>
    claims(`${claim} an object`, 'token', () => ({ [claim]: { x: 1 } })),
  ),
  claims('exp a text', 'token', (draft) => ({ exp: String(at(draft, 300)) })),
  claims('exp at this second', 'token', (draft) => ({ exp: at(draft, 0) })),
  claims('exp a second ago', 'token', (draft) => ({ exp: at(draft, -1) })),
  claims('nbf a second ahead', 'token', (draft) => ({ nbf: at(draft, 1) })),
  claims('iat an hour ahead', 'token', (draft) => ({ iat: at(draft, 3600) })),
  claims('aud another', 'token', () => ({ aud: 'https://other.example' })),
  claims('aud among others', 'token', () => ({ aud: ['https://other.example', 'https://api.example'] })),
  claims('aud among what is no text', 'token', () => ({ aud: [1, 'https://api.example'] })),
  claims('aud none', 'token', () => ({ aud: [] })),
  claims('iss another', 'token', () => ({ iss: 'https://as.example' })),
  header('typ JWT', { typ: 'JWT' }),
  header('typ application/at+jwt', { typ: 'application/AT+JWT' }),
  header('typ absent', { typ: undefined }),
  header('crit', { crit: ['x'], x: 1 }),
  header('crit empty', { crit: [] }),
  header('kid unknown', { kid: 'unknown' }),
  header('kid absent', { kid: undefined }),
  header('alg none', { alg: 'none' }),
  header('alg ES384', { alg: 'ES384' }),
  {
    name: 'token: signature changed',
    slot: 'token',
    tokenText: (token) => token.replace(/\.(..)([^.]*)$/, '.AA$2'),
  },
  {
    name: 'token: a member twice',
    slot: 'token',
    token: ({ payload }) => ({ payload: twice(payload) as never }),
  },
]

function twice(payload: object): string {
  return JSON.stringify(payload).replace('{', '{"x":1,"x":2,')
}

const url = 'https://api.example/v1/x'

/** How the token and the proof travel. */
const requests: readonly Change[] = [
  ...['POST', 'DELETE', 'HEAD', 'M-SEARCH'].map(
    (method): Change => ({ name: `method ${method}`, slot: 'method', method }),
  ),
  ...['dpop', 'DPOP', 'Bearer', 'Basic', 'DPoP,'].map(
    (scheme): Change => ({
      name: `scheme ${scheme}`,
      slot: 'scheme',
      authorization: (token) => `${scheme} ${token}`,
    }),
  ),
  { name: 'two spaces after the scheme', slot: 'scheme', authorization: (token) => `DPoP  ${token}` },
  { name: 'no space after the scheme', slot: 'scheme', authorization: (token) => `DPoP${token}` },
  { name: 'more after the token', slot: 'scheme', authorization: (token) => `DPoP ${token} x` },
  { name: 'two credentials', slot: 'scheme', authorization: (token) => `DPoP ${token}, Bearer ${token}` },
  { name: 'no Authorization field', slot: 'scheme', authorization: () => undefined },
  ...[
    `${url}?a=1`,
    `${url}?`,
    'https://api.example',
    'https://api.example/v1/%7Euser',
    'https://api.example/v1/a%2fb',
    'https://api.example/v1/a%2Fb?c=%2f',
    'https://api.example//v1/x',
    'https://api.example/v1//x/',
    'https://api.example/v1/x;v=1',
    "https://api.example/v1/it's(1)*!",
    'https://api.example/v1/%C3%A5',
    'https://api.example/v1/https://other.example/',
    'https://api.example/https://other.example/',
  ].map((called): Change => ({ name: `request for ${called}`, slot: 'target', url: called })),
  { name: 'request for a path with a bar', slot: 'target', url: 'https://api.example/v1/a|b' },
  { name: 'proof used before', slot: 'use', twice: true },
]

export const requestChanges: readonly Change[] = [...confirmations, ...tokenChanges, ...requests]
