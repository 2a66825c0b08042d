import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { KeyAlgorithm } from '../server/signing-keys.js'
import { computeSignature, encodeSegment, signSegments } from '../sign-raw.js'
import { type TestToken, testToken } from './test-token.js'

/** Computes a signature, or deforms a good one. */
export type SignatureForm = (input: Buffer, key: KeyObject) => Uint8Array

const zero = Buffer.alloc(1)
const zeros = Buffer.alloc(32)
const ones = Buffer.alloc(32, 0xff)
/** The order n of P-256 (SEC 2 §2.4.2). */
const n = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
/** The order L of Ed25519 (RFC 8032 §5.1). */
const L = 2n ** 252n + 27742317777372353535851937790883648493n

/** R and S have 32 octets each (RFC 7518 §3.4), and 0 < r, s < n (FIPS 186-5 §6.4.2). */
export const ecdsaForms: Readonly<Record<string, SignatureForm>> = {
  'in DER form': (input, key) => sign('sha256', input, key),
  'of 63 octets': fromEcdsa((r, s) => [r, s.subarray(0, 31)]),
  'of 65 octets': fromEcdsa((r, s) => [r, s, zero]),
  'of 65 octets, the first one zero': fromEcdsa((r, s) => [zero, r, s]),
  'of zeros alone': () => Buffer.concat([zeros, zeros]),
  'with r = 0': fromEcdsa((_, s) => [zeros, s]),
  'with s = 0': fromEcdsa((r) => [r, zeros]),
  'with r = n': fromEcdsa((_, s) => [n, s]),
  'with s = n': fromEcdsa((r) => [r, n]),
  'with r > n': fromEcdsa((_, s) => [ones, s]),
  'with s > n': fromEcdsa((r) => [r, ones]),
}

/** The salt is as long as the hash (RFC 7518 §3.5). OpenSSL verifies any length unless it is told otherwise. */
export const pssForms: Readonly<Record<string, SignatureForm>> = {
  'without a salt': (input, key) => signPss(input, key, 0),
  'with the longest salt': (input, key) => signPss(input, key, constants.RSA_PSS_SALTLEN_MAX_SIGN),
  'in the form of RS256': (input, key) => computeSignature('RS256', key, input),
}

/** S is less than L (RFC 8032 §5.1.7): otherwise one token would have several signatures. */
export const eddsaForms: Readonly<Record<string, SignatureForm>> = {
  'of 63 octets': (input, key) => sign(null, input, key).subarray(0, 63),
  'of zeros alone': () => Buffer.concat([zeros, zeros]),
  'with L added to S': (input, key) => addOrder(sign(null, input, key)),
}

/** Tokens whose signature has another form than the one that is allowed. */
export const signatureTokens: readonly TestToken[] = [
  ...inForms('JOSE-17', 'ES256', ecdsaForms),
  ...inForms('JOSE-18', 'PS256', pssForms),
  ...inForms('JOSE-19', 'Ed25519', eddsaForms),
  ...inForms('JOSE-07', 'RS256', { 'over SHA-1': (input, key) => sign('sha1', input, key) }),
  testToken('JOSE-19', 'EdDSA signature of Ed448', (server) =>
    server.mint({ alg: 'EdDSA', key: generateKeyPairSync('ed448').privateKey }),
  ),
]

function inForms(
  rule: string,
  alg: KeyAlgorithm,
  forms: Readonly<Record<string, SignatureForm>>,
): TestToken[] {
  return Object.entries(forms).map(([name, form]) =>
    testToken(rule, `${alg} signature ${name}`, (server) => {
      const { header, payload } = server.draft({ alg })
      const signature = (input: Buffer) => form(input, server.keys[alg].privateKey)
      return signSegments(encodeSegment(header), encodeSegment(payload), signature)
    }),
  )
}

function fromEcdsa(deform: (r: Buffer, s: Buffer) => Buffer[]): SignatureForm {
  return (input, key) => {
    const signature = computeSignature('ES256', key, input)
    return Buffer.concat(deform(signature.subarray(0, 32), signature.subarray(32)))
  }
}

function signPss(input: Buffer, key: KeyObject, saltLength: number): Buffer {
  return sign('sha256', input, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}

/** The second half of an Ed25519 signature is a number, its lowest octet first. */
function addOrder(signature: Buffer): Buffer {
  const s = BigInt(`0x${reversed(signature.subarray(32)).toString('hex')}`)
  const raised = Buffer.from((s + L).toString(16).padStart(64, '0'), 'hex')
  return Buffer.concat([signature.subarray(0, 32), reversed(raised)])
}

function reversed(octets: Buffer): Buffer {
  return Buffer.from([...octets].toReversed())
}
