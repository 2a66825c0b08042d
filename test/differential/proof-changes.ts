import type { ProofAlgorithm } from '@portcullis/testing'
import type { Change, Members, RequestContext, Slot } from './change.js'

type Named<T> = Readonly<Record<string, T>>

const second = ({ now }: RequestContext) => Math.floor(now() / 1000)

function changes<T>(slot: Slot, what: string, named: Named<T>, make: (one: T) => Partial<Change>): Change[] {
  return Object.entries(named).map(([name, one]) => ({ name: `${what} ${name}`, slot, ...make(one) }))
}

/** What a claim is, said as JavaScript; undefined: it is absent. */
const typesOfText: Named<unknown> = {
  absent: undefined,
  empty: '',
  null: null,
  'a number': 7,
  true: true,
  false: false,
  'an array': ['x'],
  'an object': { x: 'x' },
}

const typesOfTime: Named<(now: number) => unknown> = {
  absent: () => undefined,
  '0': () => 0,
  null: () => null,
  'as a text': String,
  'an array': (now) => [now],
  true: () => true,
}

const algorithms: Named<ProofAlgorithm> = {
  ES384: 'ES384',
  ES512: 'ES512',
  PS256: 'PS256',
  PS384: 'PS384',
  PS512: 'PS512',
  RS256: 'RS256',
  RS512: 'RS512',
  Ed25519: 'Ed25519',
  EdDSA: 'EdDSA',
}

const keys: Named<Members> = {
  'with d': ({ client }) => ({ jwk: { ...client.jwk, d: 'AA' } }),
  'the private one': ({ client }) => ({ jwk: client.privateKey.export({ format: 'jwk' }) }),
  'with use enc': ({ client }) => ({ jwk: { ...client.jwk, use: 'enc' } }),
  'with use sig': ({ client }) => ({ jwk: { ...client.jwk, use: 'sig' } }),
  'with key_ops sign': ({ client }) => ({ jwk: { ...client.jwk, key_ops: ['sign'] } }),
  'with key_ops verify': ({ client }) => ({ jwk: { ...client.jwk, key_ops: ['verify'] } }),
  'with alg of its own': ({ client }) => ({ jwk: { ...client.jwk, alg: client.algorithm } }),
  'with alg ES384': ({ client }) => ({ jwk: { ...client.jwk, alg: 'ES384' } }),
  'with ext false': ({ client }) => ({ jwk: { ...client.jwk, ext: false } }),
  'with kid': ({ client }) => ({ jwk: { ...client.jwk, kid: 'k' } }),
  'with x padded': ({ client }) => ({ jwk: { ...client.jwk, x: `${client.jwk.x}=` } }),
  'without y': ({ client: { jwk } }) => ({ jwk: { kty: jwk.kty, crv: jwk.crv, x: jwk.x } }),
  'as a text': ({ client }) => ({ jwk: JSON.stringify(client.jwk) }),
  absent: () => ({ jwk: undefined }),
}

const targets: Named<string> = {
  'in capitals, scheme and host': 'HTTPS://API.EXAMPLE/v1/x',
  'with the default port': 'https://api.example:443/v1/x',
  'with an empty port': 'https://api.example:/v1/x',
  'with another port': 'https://api.example:8443/v1/x',
  'with a query': 'https://api.example/v1/x?a=1',
  'with a fragment': 'https://api.example/v1/x#a',
  'with a query and a fragment': 'https://api.example/v1/x?a=1#b?c',
  'with a letter escaped': 'https://api.example/%761/x',
  'with dot segments': 'https://api.example/v1/./y/../x',
  'with dot segments, escaped': 'https://api.example/v1/y/%2e%2E/x',
  'with a slash at its end': 'https://api.example/v1/x/',
  'with a double slash': 'https://api.example//v1/x',
  'with its path in capitals': 'https://api.example/V1/X',
  'with a slash escaped': 'https://api.example/v1%2Fx',
  'of http': 'http://api.example/v1/x',
  'of another host': 'https://evil.example/v1/x',
  'with a user': 'https://user@api.example/v1/x',
  'with an empty user': 'https://@api.example/v1/x',
  'with backslashes': 'https:\\\\api.example\\v1\\x',
  'with one slash': 'https:/api.example/v1/x',
  'with a tab': 'https://api.example/v1\t/x',
  'with spaces around it': ' https://api.example/v1/x ',
  'with a full-width letter': 'https://ａpi.example/v1/x',
  'with a full stop after its host': 'https://api.example./v1/x',
  'that is a path': '/v1/x',
  'without scheme': '//api.example/v1/x',
}

const texts: Named<Pick<Change, 'headerText' | 'claimsText'>> = {
  'of the header with line breaks': { headerText: (json) => json.replace(',', ' ,\n') },
  'of the header with a byte order mark': { headerText: (json) => `\ufeff${json}` },
  'of the header with a member twice': { headerText: (json) => json.replace('{', '{"alg":"none",') },
  'of the claims with an escape': { claimsText: (json) => json.replace('"htm"', String.raw`"\u0068tm"`) },
  'of the claims with a byte order mark': { claimsText: (json) => `\ufeff${json}` },
  'of the claims with a member twice': { claimsText: (json) => json.replace('{', '{"x":1,"x":1,') },
  'of the claims with a member twice inside': {
    claimsText: (json) => json.replace('{', '{"x":{"a":1,"a":2},'),
  },
  'of the claims with __proto__': { claimsText: (json) => json.replace('{', '{"__proto__":{"jti":"x"},') },
  'of the claims in an array': { claimsText: (json) => `[${json}]` },
  'of the claims with more after it': { claimsText: (json) => `${json}x` },
  'of the claims nested deeply': {
    claimsText: (json) => json.replace('{', `{"x":${'['.repeat(40)}${']'.repeat(40)},`),
  },
}

const signatures: Named<(proof: string) => string> = {
  empty: (proof) => proof.slice(0, proof.lastIndexOf('.') + 1),
  'without its dot': (proof) => proof.slice(0, proof.lastIndexOf('.')),
  'of zeros': (proof) => proof.slice(0, proof.lastIndexOf('.') + 1) + 'A'.repeat(86),
  'with a line break': (proof) => `${proof.slice(0, -4)}%0A${proof.slice(-4)}`,
  'with its first character changed': (proof) =>
    proof.replace(
      /\.(.)([^.]*)$/,
      (_, first: string, rest: string) => `.${first === 'A' ? 'B' : 'A'}${rest}`,
    ),
  'before more segments': (proof) => `${proof}.x`,
}

/** Of the 64 octets of ES256. */
const otherForms: Named<(proof: string) => string> = {
  'with padding': (proof) => `${proof}==`,
  'with stray bits': (proof) => proof.slice(0, -1) + next(proof.slice(-1)),
}

/** Of a signature in which the two alphabets differ. */
function inOtherAlphabet(context: RequestContext): string {
  const proof = context.client.proof(context)
  const signatureAt = proof.lastIndexOf('.') + 1
  const signature = proof.slice(signatureAt)
  if (!/[-_]/.test(signature)) return inOtherAlphabet(context)
  return proof.slice(0, signatureAt) + signature.replaceAll('-', '+').replaceAll('_', '/')
}

/** The next character of base64url: where it stands last, only bits that count for nothing differ. */
function next(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet.charAt(alphabet.indexOf(character) + 1)
}

/** What can be different in a proof, one thing at a time, and mostly two or three of them at once. */
export const proofChanges: readonly Change[] = [
  ...changes('jti', 'jti', typesOfText, (jti) => ({ claims: () => ({ jti }) })),
  ...changes('method', 'htm', typesOfText, (htm) => ({ claims: () => ({ htm }) })),
  ...changes('target', 'htu', typesOfText, (htu) => ({ claims: () => ({ htu }) })),
  ...changes('ath', 'ath', typesOfText, (ath) => ({ claims: () => ({ ath }) })),
  ...changes('iat', 'iat', typesOfTime, (iat) => ({ claims: (context) => ({ iat: iat(second(context)) }) })),
  ...changes('exp', 'exp', typesOfTime, (exp) => ({ claims: (context) => ({ exp: exp(second(context)) }) })),
  ...changes('nbf', 'nbf', typesOfTime, (nbf) => ({ claims: (context) => ({ nbf: nbf(second(context)) }) })),
  ...[-86_400, -301, -300, -299, -61, -60, -59.5, 0.5, 9, 10, 11, 60, 299, 300, 301].map(
    (offset): Change => ({
      name: `iat ${offset} s from now`,
      slot: 'iat',
      claims: (context) => ({ iat: second(context) + offset }),
    }),
  ),
  ...[-60, 0, 1, 60].map(
    (offset): Change => ({
      name: `exp ${offset} s from now`,
      slot: 'exp',
      claims: (context) => ({ exp: second(context) + offset }),
    }),
  ),
  ...[-60, 0, 5, 10, 11, 60].map(
    (offset): Change => ({
      name: `nbf ${offset} s from now`,
      slot: 'nbf',
      claims: (context) => ({ nbf: second(context) + offset }),
    }),
  ),
  ...['get', 'Get', 'POST', 'HEAD', ' GET'].map(
    (htm): Change => ({
      name: `htm ${JSON.stringify(htm)}`,
      slot: 'method',
      claims: () => ({ htm }),
    }),
  ),
  ...changes('target', 'htu', targets, (htu) => ({ claims: () => ({ htu }) })),
  ...['DPoP+JWT', 'application/dpop+jwt', 'JWT', 'at+jwt', 'dpop', ['dpop+jwt'], null].map(
    (typ): Change => ({
      name: `typ ${JSON.stringify(typ)}`,
      slot: 'typ',
      header: () => ({ typ }),
    }),
  ),
  { name: 'typ absent', slot: 'typ', header: () => ({ typ: undefined }) },
  ...changes('key', 'key for', algorithms, (algorithm) => ({ algorithm })),
  ...['none', 'HS256', 'RS256', 'ES384', 'ES256K', 'es256', 'Ed25519', null].map(
    (alg): Change => ({
      name: `alg ${JSON.stringify(alg)} over a signature of ES256`,
      slot: 'key',
      header: () => ({ alg }),
    }),
  ),
  ...changes('key', 'jwk', keys, (header) => ({ header })),
  ...([['b64'], [], 'b64', null, ['exp']] as const).map(
    (crit): Change => ({
      name: `crit ${JSON.stringify(crit)}`,
      slot: 'header',
      header: () => ({ crit }),
    }),
  ),
  { name: 'crit b64, and b64 true', slot: 'header', header: () => ({ crit: ['b64'], b64: true }) },
  { name: 'b64 true', slot: 'header', header: () => ({ b64: true }) },
  { name: 'b64 false', slot: 'header', header: () => ({ b64: false }) },
  { name: 'kid', slot: 'header', header: () => ({ kid: 'somebody' }) },
  { name: 'claims that nobody knows', slot: 'claims', claims: () => ({ foo: [null], nonce: '' }) },
  { name: 'nonce a number', slot: 'claims', claims: () => ({ nonce: 1 }) },
  { name: 'iss a number', slot: 'claims', claims: () => ({ iss: 1 }) },
  { name: 'aud a number', slot: 'claims', claims: () => ({ aud: 1 }) },
  {
    name: 'ath of another token',
    slot: 'ath',
    claims: () => ({ ath: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg' }),
  },
  ...changes('text', 'text', texts, (text) => text),
  ...changes('signature', 'signature', signatures, (proofText) => ({ proofText })),
  ...changes('signature', 'signature', otherForms, (proofText) => ({ proofText, alone: true })),
  { name: 'signature in the other base64 alphabet', slot: 'proof', proofs: inOtherAlphabet },
  { name: 'payload changed', slot: 'signature', proofText: (proof) => proof.replace(/\.(...)/, '.eyI') },
]
