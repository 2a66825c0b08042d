import * as openid from 'openid-client'
import { clientOf, discover, type TokenClient } from './client.js'

/** One that can take back the tokens that it got. */
export interface RevokingClient extends TokenClient {
  /** RFC 7009. */
  revoke(token: string): Promise<void>
}

/** Client credentials (RFC 6749 §4.4) with a shared secret, in the body for Entra ID, in the header for Boruta. */
export async function connectWithSecret(
  issuer: string,
  id: string,
  authentication: openid.ClientAuth,
): Promise<RevokingClient> {
  const configuration = await discover(issuer, id, authentication)
  return {
    ...clientOf<void>(configuration, (scope) => openid.clientCredentialsGrant(configuration, { scope })),
    revoke: (token) => openid.tokenRevocation(configuration, token),
  }
}
