import { attacker } from './attacker.js'
import { type TestToken, testToken } from './test-token.js'

/** How the header of a foreign token offers the key that would verify it. */
const offers: Record<string, (canaryUrl: string) => Record<string, unknown>> = {
  jwk: () => ({ jwk: attacker.publicJwk }),
  x5c: () => ({ x5c: [attacker.certificate] }),
  jku: (canaryUrl) => ({ jku: canaryUrl }),
  x5u: (canaryUrl) => ({ x5u: canaryUrl }),
}

/** Tokens that somebody else signed: keys come from the trusted issuer alone (RFC 9068 §4, RFC 8725 §3.10). */
export const foreignKeyTokens: readonly TestToken[] = [
  testToken('JOSE-28', "another issuer's key under the kid of this one", (server) =>
    server.mint({ key: attacker.privateKey }),
  ),
  ...Object.entries(offers).flatMap(([parameter, offer]) => [
    testToken('JOSE-10', `${parameter} of a foreign key, under the kid of a good one`, (server, canaryUrl) =>
      server.mint({ key: attacker.privateKey, header: offer(canaryUrl) }),
    ),
    testToken('JOSE-10', `${parameter} of a foreign key, under its own kid`, (server, canaryUrl) =>
      server.mint({ key: attacker.privateKey, header: { ...offer(canaryUrl), kid: 'attacker' } }),
    ),
    testToken('JOSE-10', `${parameter} of a foreign key, without a kid`, (server, canaryUrl) =>
      server.mint({ key: attacker.privateKey, header: { ...offer(canaryUrl), kid: undefined } }),
    ),
  ]),
]
