import { type Cause, hasClaim, isOfOtherKind } from './causes.js'

/** OpenID Connect Core 1.0 §2 and §3.3.2.11. */
const ofIdTokens = ['nonce', 'at_hash', 'c_hash', 's_hash']

/** What a client is told of its user, sent to an API by mistake. @param clients - the claims that name a client: an ID token has none */
export function idTokenCause(clients: readonly string[]): Cause {
  return [
    (refused) =>
      isOfOtherKind(refused) &&
      (ofIdTokens.some((name) => hasClaim(refused, name)) ||
        !clients.some((name) => hasClaim(refused, name))),
    'it looks like an ID token, which tells a client who its user is; what an API is sent is the access token',
  ]
}
