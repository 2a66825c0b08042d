import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose'

/** A key with which a client signs who it is; its authorization server knows the public half. */
export interface ClientKey {
  readonly privateKey: CryptoKey
  readonly privateJwk: JWK
  readonly publicJwk: JWK
}

export async function newClientKey(): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const described = { alg: 'ES256', use: 'sig' }
  return {
    privateKey,
    privateJwk: { ...(await exportJWK(privateKey)), ...described },
    publicJwk: { ...(await exportJWK(publicKey)), ...described },
  }
}
