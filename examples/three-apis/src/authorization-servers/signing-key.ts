import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** What an authorization server signs its tokens with: RS256, as HelseID, Maskinporten and Entra ID do. */
export interface SigningKey {
  /** Both halves. */
  readonly jwk: JWK
  readonly publicJwk: JWK
  sign(header: { readonly typ?: string }, claims: JWTPayload): Promise<string>
}

export async function newSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const described = { kid: randomUUID(), use: 'sig', alg: 'RS256' }
  return {
    jwk: { ...(await exportJWK(privateKey)), ...described },
    publicJwk: { ...(await exportJWK(publicKey)), ...described },
    sign: (header, claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: described.alg, kid: described.kid, ...header })
        .sign(privateKey),
  }
}

/** In seconds since the epoch, as claims have it. */
export function now(): number {
  return Math.floor(Date.now() / 1000)
}
