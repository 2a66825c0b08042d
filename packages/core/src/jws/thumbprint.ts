import { sha256 } from './sha256.js'
import type { JsonObject } from './strict-json.js'

/** The members that make a key, in lexicographic order: RFC 7638 §3.2, RFC 8037 §2. */
const members: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
  ['RSA', ['e', 'kty', 'n']],
])

/** The JWK thumbprint with SHA-256: RFC 7638 §3. Undefined when the type is unknown, or a member is missing or no text. */
export function thumbprint(jwk: JsonObject): string | undefined {
  const names = members.get(jwk['kty'])
  if (!names?.every((name) => typeof jwk[name] === 'string')) return undefined
  return sha256(JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]]))))
}
