import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult } from 'node:crypto'
import type { KeyAlgorithm, MintOptions, TestAuthorizationServer } from '@portcullis/testing'
import { minted } from './requests.js'
import type { Step } from './stories.js'

export type Jwk = Readonly<Record<string, unknown>>

/** What stands in the JWK Set for the key of this algorithm. */
export function publishedKey({ jwks, keys }: TestAuthorizationServer, alg: KeyAlgorithm): Jwk {
  const jwk = jwks.keys.find(({ kid }) => kid === keys[alg].kid)
  if (!jwk) throw new TypeError(`no key for ${alg} is published`)
  return { ...jwk }
}

/** Publishes these in place of the server's own key for the algorithm, and its other keys as before. */
export function publishInPlaceOf(
  server: TestAuthorizationServer,
  alg: KeyAlgorithm,
  keys: readonly unknown[],
): void {
  const others = server.jwks.keys.filter(({ kid }) => kid !== server.keys[alg].kid)
  server.publish([...keys, ...others])
}

/** Publishes the server's own key for the algorithm with these members laid over it; one that is undefined is removed. */
export function changePublished(server: TestAuthorizationServer, alg: KeyAlgorithm, members: Jwk): void {
  publishInPlaceOf(server, alg, [{ ...publishedKey(server, alg), ...members }])
}

/** A step with a token of the main authorization server. */
export function mint(options: MintOptions, step: Omit<Step, 'request'>): Step {
  return { ...step, request: minted(options) }
}

/** A key pair, and how it stands in a JWK Set. */
export interface PublishedPair {
  readonly privateKey: KeyObject
  readonly jwk: Jwk
}

export function ecPair(kid: string, namedCurve: string = 'P-256'): PublishedPair {
  return published(kid, generateKeyPairSync('ec', { namedCurve }))
}

export function rsaPair(kid: string, modulusLength: number): PublishedPair {
  return published(kid, generateKeyPairSync('rsa', { modulusLength }))
}

export function ed448Pair(kid: string): PublishedPair {
  return published(kid, generateKeyPairSync('ed448'))
}

function published(kid: string, { publicKey, privateKey }: KeyPairKeyObjectResult): PublishedPair {
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } }
}
