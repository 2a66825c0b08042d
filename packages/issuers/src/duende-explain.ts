import type { Explain } from '@portcullis/core'
import { causes, textOf } from './causes.js'
import { everyApiOf } from './duende-audience.js'

/** @param asks - whether the server is asked about reference tokens */
export function explainDuende(issuer: string, asks: boolean): Explain {
  const everyApi = everyApiOf(issuer)
  return causes(
    [
      (refused) =>
        refused.code === 'token_issuer_untrusted' &&
        textOf(refused, 'iss').toLowerCase() === issuer.toLowerCase(),
      'it differs in upper and lower case: by default, IdentityServer writes its issuer in lower case (LowerCaseIssuerUri)',
    ],
    [
      ({ code, claims }) =>
        code === 'token_claim_missing' && claims !== undefined && claims['aud'] === undefined,
      "no API resource of the server has the token's scopes, see duende({ audience })",
    ],
    [
      ({ code, claims }) => code === 'token_audience_mismatch' && [claims?.['aud']].flat().includes(everyApi),
      `${everyApi} is in every token of the server (EmitStaticAudienceClaim) and names no API`,
    ],
    [
      ({ code, header }) =>
        code === 'token_type_unexpected' && String(header?.['typ']).toLowerCase() === 'jwt',
      'it may be an ID token; where AccessTokenJwtType was changed, see duende({ types })',
    ],
    !asks && [
      ({ code, header }) => code === 'token_malformed' && !header,
      'reference tokens need duende({ referenceTokens })',
    ],
    [
      ({ code }) => code === 'token_inactive',
      'IdentityServer says so of a token without any scope of the API resource that asks, too',
    ],
  )
}
