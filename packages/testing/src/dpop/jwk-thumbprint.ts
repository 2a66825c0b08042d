import { createHash } from 'node:crypto'

/** What a thumbprint covers, in the order in which it is hashed: RFC 7638 §3.2, RFC 8037 §2. */
const requiredMembers: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
  oct: ['k', 'kty'],
}

/** The SHA-256 thumbprint of a key (RFC 7638), without asking whether it is one that anybody could use. */
export function jwkThumbprint(jwk: object): string {
  const members = new Map(Object.entries(jwk))
  const names = requiredMembers[String(members.get('kty'))] ?? ['kty']
  const covered = Object.fromEntries(names.map((name) => [name, members.get(name)]))
  return createHash('sha256').update(JSON.stringify(covered)).digest('base64url')
}
