import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { ResourceRequest } from '../src/request/resource-request.js'

/** The fixture of every test: one authorization server, one resource, one moment. */
export const issuer = 'https://as.example'
export const resource = 'https://api.example'
/** 2026-01-01T00:00:00Z, in seconds since the epoch. */
export const moment = 1_767_225_600

/** A key pair of the authorization server. */
export interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
  readonly privateJwk: JWK
}

export async function signingKey(alg: string, kid: string = alg): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const [jwk, privateJwk] = await Promise.all([exportJWK(publicKey), exportJWK(privateKey)])
  return { alg, kid, privateKey, jwk: { ...jwk, kid }, privateJwk: { ...privateJwk, kid } }
}

/** The claims of a token by RFC 9068; a change to undefined leaves the claim out. */
export function draftClaims(changes: object = {}): Record<string, unknown> {
  const registered = { iss: issuer, aud: resource, sub: 'user-1', client_id: 'client-1', jti: 'token-1' }
  return { ...registered, iat: moment, exp: moment + 300, scope: 'accounts:read', ...changes }
}

export function signToken(key: SigningKey, claims: object = {}, header: object = {}): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(draftClaims(claims))))
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey)
}

/** A token that nobody signed. Objects are written as JSON, texts are taken as they stand. */
export function forgeToken(
  header: object | string,
  payload: object | string,
  signature = 'c2lnbmF0dXJlLW9mLW5vYm9keQ',
): string {
  const [head, body] = [header, payload].map((part) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'),
  )
  return `${head}.${body}.${signature}`
}

/** A request with these Authorization field lines. */
export function requestWith(...authorization: readonly string[]): ResourceRequest {
  const header = (name: string): readonly string[] => (name === 'authorization' ? authorization : [])
  return { method: 'GET', target: '/v1/x', header, raw: {} }
}
