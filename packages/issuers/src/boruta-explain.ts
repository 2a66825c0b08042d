import type { Explain } from '@portcullis/core'
import { causes, hasClaim } from './causes.js'

export const explainBoruta: Explain = causes(
  [
    (refused) =>
      refused.code === 'token_issuer_untrusted' && !hasClaim(refused, 'iss') && hasClaim(refused, 'value'),
    'it looks like what the gateway of Boruta puts in place of the token of the client, which it moves to X-Forwarded-Authorization',
  ],
  [
    ({ code, claims }) => code === 'token_issuer_untrusted' && !claims,
    'Boruta has another name for itself, see BORUTA_OAUTH_BASE_URL there and boruta({ issuer })',
  ],
  [
    ({ code, header }) => code === 'token_malformed' && !header,
    "tokens of Boruta are 86 letters and digits; where it has a generator of one's own, see boruta({ accepts })",
  ],
  [
    ({ code, claims }) => code === 'token_claim_missing' && !claims,
    'clients have to name the resource when they ask Boruta for a token (RFC 8707)',
  ],
  [
    ({ code }) => code === 'confirmation_required',
    'Boruta does not tell what key a token is bound to: its tokens never pass where DPoP is required',
  ],
)
