import { randomUUID } from 'node:crypto'
import { type CryptoKey, SignJWT } from 'jose'
import * as openid from 'openid-client'
import { clientOf, discover, type TokenClient } from './client.js'

/** What a client of Maskinporten can ask for beside scopes. */
export interface MaskinportenWishes {
  /** The one API that the token is for: RFC 8707. */
  readonly resource?: string
  /** The organisation that delegated its access to that of the client. */
  readonly onBehalfOf?: string
  /** The organisation that made a user of the client's system. */
  readonly systemUserOf?: string
}

/** The JWT-bearer grant (RFC 7523 §2.1): the assertion says who asks and for what. */
export async function connectToMaskinporten(
  issuer: string,
  id: string,
  privateKey: CryptoKey,
): Promise<TokenClient<MaskinportenWishes>> {
  const configuration = await discover(issuer, id, openid.None(), 'oauth2')
  return clientOf(configuration, async (scope, wishes) => {
    const assertion = await new SignJWT({ scope, ...claimsFor(wishes) })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(id)
      .setAudience(issuer)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('1 minute')
      .sign(privateKey)
    const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    return openid.genericGrantRequest(configuration, grantType, { assertion })
  })
}

function claimsFor({ resource, onBehalfOf, systemUserOf }: MaskinportenWishes): object {
  return {
    ...(resource && { resource }),
    ...(onBehalfOf && { consumer_org: onBehalfOf }),
    ...(systemUserOf && {
      authorization_details: [
        {
          type: 'urn:altinn:systemuser',
          systemuser_org: { authority: 'iso6523-actorid-upis', ID: `0192:${systemUserOf}` },
        },
      ],
    }),
  }
}
