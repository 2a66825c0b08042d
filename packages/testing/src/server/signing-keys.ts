import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { JWK } from 'jose'

/** The algorithms that a test authorization server has one key each for. */
export type KeyAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'Ed25519'

interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** A private key that signs tokens, and the names under which its public half is published. */
export interface SigningKey extends KeyPair {
  readonly alg: KeyAlgorithm
  readonly kid: string
}

export type SigningKeys = Readonly<Record<KeyAlgorithm, SigningKey>>

const generate = promisify(generateKeyPair)

/**
 * RSA pairs that no running server uses. Making one takes about a tenth of a second, so a closed server leaves its
 * pairs to the next. Two running servers never share one: no token may verify with the keys of another issuer.
 */
const idleRsaPairs: KeyPair[] = []

let generations = 0

/** Makes one key for each algorithm, under `kid`s that no other server of this process uses. */
export async function createSigningKeys(): Promise<SigningKeys> {
  generations += 1
  const generation = generations
  const [rs256, ps256, es256, ed25519] = await Promise.all([
    rsaPair(),
    rsaPair(),
    generate('ec', { namedCurve: 'P-256' }),
    generate('ed25519'),
  ])
  return {
    RS256: { alg: 'RS256', kid: `RS256-${generation}`, ...rs256 },
    PS256: { alg: 'PS256', kid: `PS256-${generation}`, ...ps256 },
    ES256: { alg: 'ES256', kid: `ES256-${generation}`, ...es256 },
    Ed25519: { alg: 'Ed25519', kid: `Ed25519-${generation}`, ...ed25519 },
  }
}

/** Leaves the RSA pairs to the next server. */
export function releaseSigningKeys({ RS256, PS256 }: SigningKeys): void {
  for (const { privateKey, publicKey } of [RS256, PS256]) idleRsaPairs.push({ privateKey, publicKey })
}

/** The public half as a member of a JWK Set (RFC 7517 §4), with or without the member `alg`. */
export function publicJwk({ publicKey, kid, alg }: SigningKey, withAlg: boolean): JWK {
  return {
    ...publicKey.export({ format: 'jwk' }),
    kid,
    use: 'sig',
    ...(withAlg && { alg }),
  }
}

async function rsaPair(): Promise<KeyPair> {
  return idleRsaPairs.pop() ?? (await generate('rsa', { modulusLength: 2048 }))
}
