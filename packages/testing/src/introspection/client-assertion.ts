import { decodeJwt, importJWK, jwtVerify } from 'jose'
import type { IntrospectionClient } from './introspection-options.js'

/** What a client may sign its assertion with. */
export const assertionAlgorithms: readonly string[] =
  'ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512 Ed25519 EdDSA'.split(' ')

/** What an assertion is verified against. */
export interface AssertionReader {
  readonly clients: ReadonlyMap<string, IntrospectionClient>
  /** The values of `aud` that mean this server: its issuer and its endpoint. */
  readonly audiences: readonly string[]
  readonly now: () => number
  /** Every client id and `jti` seen: each may come once. */
  readonly seen: Set<string>
}

/** The client that proves itself by private_key_jwt (RFC 7523 §3). Rejects when it does not. */
export async function readAssertion(
  assertion: string,
  { clients, audiences, now, seen }: AssertionReader,
): Promise<string> {
  const client = clients.get(String(decodeJwt(assertion).iss))
  if (!client?.publicJwk) throw new Error('no such client, or none with a key')
  const { publicJwk } = client
  const { payload } = await jwtVerify(assertion, ({ alg }) => importJWK(publicJwk, alg), {
    algorithms: [...assertionAlgorithms],
    issuer: client.id,
    subject: client.id,
    audience: [...audiences],
    requiredClaims: ['exp', 'jti'],
    currentDate: new Date(now()),
  })
  const use = JSON.stringify([client.id, payload.jti])
  if (typeof payload.jti !== 'string' || seen.has(use))
    throw new Error('jti is not a string, or was seen before')
  seen.add(use)
  return client.id
}
