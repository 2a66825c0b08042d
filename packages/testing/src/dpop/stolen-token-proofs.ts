import { createHash } from 'node:crypto'
import type { ProofAlgorithm } from './client-key.js'
import type { DpopClient } from './dpop-client.js'
import { standIn } from './stand-in.js'
import { type BadProof, proofFor, refusedAs, type TestProof, testProof } from './test-proof.js'

const thieves: readonly ProofAlgorithm[] = ['ES256', 'ES384', 'ES512', 'PS256', 'Ed25519', 'EdDSA']

/** What a thief adds in order to look like the client. */
const disguises: Record<string, (client: DpopClient, thief: DpopClient) => Record<string, unknown>> = {
  'the kid of the client': (client) => ({ kid: client.thumbprint }),
  'the thumbprint of the client in the key': (client, thief) => ({
    jwk: { ...thief.jwk, kid: client.thumbprint, jkt: client.thumbprint },
  }),
  'the jkt of the client': (client) => ({ jkt: client.thumbprint, cnf: { jkt: client.thumbprint } }),
}

/** What a token is bound to, when it is not quite the thumbprint of the key. */
const nearMisses: Record<string, (client: DpopClient) => string> = {
  'in hexadecimal digits': ({ thumbprint }) => Buffer.from(thumbprint, 'base64url').toString('hex'),
  'with padding': ({ thumbprint }) => `${thumbprint}=`,
  'in upper case': ({ thumbprint }) => thumbprint.toUpperCase(),
  'without its last character': ({ thumbprint }) => thumbprint.slice(0, -1),
  'with more after it': ({ thumbprint }) => `${thumbprint}A`,
  'with stray bits at its end': ({ thumbprint }) => thumbprint.slice(0, -1) + strayed(thumbprint.slice(-1)),
  'as a URI': ({ thumbprint }) => `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${thumbprint}`,
  'by SHA-512': ({ jwk }) => hash('sha512', { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }),
  'by SHA-1': ({ jwk }) => hash('sha1', { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }),
  'of its members in another order': ({ jwk }) =>
    hash('sha256', { y: jwk.y, x: jwk.x, kty: jwk.kty, crv: jwk.crv }),
  'of all its members': ({ jwk }) =>
    hash('sha256', { alg: 'ES256', crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }),
}

/** Good proofs, but the token is bound to another key (RFC 9449 §4.3, check 12, and §7.1). */
export const stolenTokenProofs: readonly BadProof[] = refusedAs('confirmation_mismatch', [
  ...thieves.map((algorithm) => {
    const thief = standIn(algorithm)
    return testProof('DPOP-24', `stolen token, and the good proof of a thief with ${algorithm}`, (context) =>
      proofFor({ ...context, client: thief }),
    )
  }),
  ...Object.entries(disguises).map(([name, header]) => {
    const thief = standIn('ES256')
    return testProof('DPOP-24', `stolen token, and a proof with ${name}`, (context) =>
      proofFor({ ...context, client: thief }, { header: header(context.client, thief) }),
    )
  }),
  ...Object.entries(nearMisses).map(([name, thumbprint]) => boundToNearly(name, thumbprint)),
])

function boundToNearly(name: string, thumbprint: (client: DpopClient) => string): TestProof {
  return {
    name: `token bound to the thumbprint ${name}`,
    rule: 'DPOP-24',
    boundTo: (client) => ({ thumbprint: thumbprint(client) }),
    make: (context) => proofFor(context),
  }
}

function hash(algorithm: string, members: object): string {
  return createHash(algorithm).update(JSON.stringify(members)).digest('base64url')
}

/** The last character carries four bits: the next one decodes to the same octet. */
function strayed(character: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return alphabet.charAt(alphabet.indexOf(character) + 1)
}
