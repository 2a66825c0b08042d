import { CompactEncrypt } from 'jose'
import { attacker } from './attacker.js'
import { type TestToken, testToken } from './test-token.js'

/** Tokens that are encrypted: what can be decrypted is not yet signed by anyone (RFC 7519 §7.2). */
export const encryptedTokens: readonly TestToken[] = [
  testToken('JOSE-21', 'JWE around a good token', async (server) =>
    encrypt(await server.mint(), { cty: 'JWT' }),
  ),
  testToken('JOSE-21', 'JWE around bare claims', (server) =>
    encrypt(JSON.stringify(server.draft().payload), { typ: 'at+jwt' }),
  ),
  testToken('JOSE-21', 'five segments of a good token', async (server) => {
    const [header, payload, signature] = (await server.mint()).split('.')
    return [header, payload, signature, payload, signature].join('.')
  }),
]

function encrypt(plaintext: string, header: { typ?: string; cty?: string }): Promise<string> {
  return new CompactEncrypt(Buffer.from(plaintext))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', ...header })
    .encrypt(attacker.publicKey)
}
