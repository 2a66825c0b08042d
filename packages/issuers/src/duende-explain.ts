import type { Explain } from '@portcullis/core'
import { firstIdea } from './other-issuers.js'

/** @param asks - whether the server is asked about reference tokens */
export function explainDuende(issuer: string, asks: boolean): Explain {
  const everyApi = `${issuer}/resources`
  return firstIdea(
    ({ code, claims }) => {
      const iss = claims?.['iss']
      const isNear = typeof iss === 'string' && iss.toLowerCase() === issuer.toLowerCase()
      return code === 'token_issuer_untrusted' && isNear
        ? 'it differs in upper and lower case: by default, IdentityServer writes its issuer in lower case (LowerCaseIssuerUri)'
        : undefined
    },
    ({ code, claims }) =>
      code === 'token_claim_missing' && claims && claims['aud'] === undefined
        ? "no API resource of the server has the token's scopes, see duende({ audience })"
        : undefined,
    ({ code, claims }) =>
      code === 'token_audience_mismatch' && [claims?.['aud']].flat().includes(everyApi)
        ? `${everyApi} is in every token of the server (EmitStaticAudienceClaim) and names no API`
        : undefined,
    ({ code, header }) =>
      code === 'token_type_unexpected' && isText(header?.['typ'], 'jwt')
        ? 'it may be an ID token; where AccessTokenJwtType was changed, see duende({ types })'
        : undefined,
    ({ code, header }) =>
      code === 'token_malformed' && !header && !asks
        ? 'reference tokens need duende({ referenceTokens })'
        : undefined,
    ({ code }) =>
      code === 'token_inactive'
        ? 'IdentityServer says so of a token without any scope of the API resource that asks, too'
        : undefined,
  )
}

function isText(value: unknown, text: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === text
}
