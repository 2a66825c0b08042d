import type { CryptoKey } from 'jose'
import * as openid from 'openid-client'
import { clientOf, discover, type TokenClient } from './client.js'

/**
 * Client credentials (RFC 6749 §4.4) with a client assertion (private_key_jwt, RFC 7523 §2.2), for tokens that are bound to a key of
 * its own (DPoP, RFC 9449).
 *
 * @param actsFor - whom a client of many tenants acts for: `<number of the organisation>:<number of its unit>`
 */
export async function connectToHelseId(
  issuer: string,
  id: string,
  privateKey: CryptoKey,
  actsFor?: string,
): Promise<TokenClient> {
  const authentication = openid.PrivateKeyJwt(privateKey, {
    [openid.modifyAssertion]: (_header, payload) => {
      if (actsFor) payload['assertion_details'] = assertionDetails(actsFor)
    },
  })
  const configuration = await discover(issuer, id, authentication)
  const DPoP = openid.getDPoPHandle(configuration, await openid.randomDPoPKeyPair('ES256'))
  return clientOf(
    configuration,
    (scope) => openid.clientCredentialsGrant(configuration, { scope }, { DPoP }),
    DPoP,
  )
}

const assertionDetails = (organisation: string) => ({
  type: 'helseid_authorization',
  practitioner_role: {
    organization: {
      identifier: { system: 'urn:oid:1.0.6523', type: 'ENH', value: `NO:ORGNR:${organisation}` },
    },
  },
})
