import { createHash } from 'node:crypto'
import { tokenHash } from './draft-proof.js'
import { type BadProof, proofFor, refusedAs, testProof } from './test-proof.js'

const nearMisses: Record<string, (token: string) => string> = {
  'of another token': () => tokenHash('another-token'),
  'in hexadecimal digits': (token) => sha256(token).toString('hex'),
  'with padding': (token) => `${tokenHash(token)}=`,
  'in base64': (token) => sha256(token).toString('base64'),
  'in lower case': (token) => tokenHash(token).toLowerCase(),
  'by SHA-1': (token) => createHash('sha1').update(token).digest('base64url'),
  'by SHA-384': (token) => createHash('sha384').update(token).digest('base64url'),
  'by SHA-512': (token) => createHash('sha512').update(token).digest('base64url'),
  'by SHA-256, twice': (token) => tokenHash(tokenHash(token)),
  'of which half is left, as in at_hash': (token) => sha256(token).subarray(0, 16).toString('base64url'),
  'without its last character': (token) => tokenHash(token).slice(0, -1),
  'with more after it': (token) => `${tokenHash(token)}A`,
  'with a space after it': (token) => `${tokenHash(token)} `,
  'with a line break after it': (token) => `${tokenHash(token)}\n`,
  'of the token with its scheme': (token) => tokenHash(`DPoP ${token}`),
  'of the token with a line break': (token) => tokenHash(`${token}\n`),
  'of the token in UTF-16': (token) => createHash('sha256').update(token, 'utf16le').digest('base64url'),
  'of the token without its signature': (token) => tokenHash(token.slice(0, token.lastIndexOf('.'))),
  'of the payload of the token': (token) => tokenHash(token.split('.')[1] ?? ''),
  'of nothing': () => tokenHash(''),
  'the token itself': (token) => token,
  'a space': () => ' ',
}

/** Proofs for another token, however near (RFC 9449 §4.3, check 12). */
export const tokenHashProofs: readonly BadProof[] = refusedAs('proof_token_mismatch', [
  ...Object.entries(nearMisses).map(([name, ath]) =>
    testProof('DPOP-23', `ath ${name}`, (context) =>
      proofFor(context, { claims: { ath: ath(context.token) } }),
    ),
  ),
  testProof('DPOP-23', 'ath the thumbprint of the key', (context) =>
    proofFor(context, { claims: { ath: context.client.thumbprint } }),
  ),
])

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
