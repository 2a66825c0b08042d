import { algorithmTokens } from './algorithm-tokens.js'
import { audienceTokens } from './audience-tokens.js'
import { base64urlTokens } from './base64url-tokens.js'
import { confirmationTokens } from './confirmation-tokens.js'
import { criticalHeaderTokens } from './critical-header-tokens.js'
import { duplicateMemberTokens } from './duplicate-member-tokens.js'
import { encryptedTokens } from './encrypted-tokens.js'
import { foreignKeyTokens } from './foreign-key-tokens.js'
import { issuerTokens } from './issuer-tokens.js'
import { jsonTokens } from './json-tokens.js'
import { kidTokens } from './kid-tokens.js'
import { requiredClaimTokens } from './required-claim-tokens.js'
import { segmentTokens } from './segment-tokens.js'
import { signatureTokens } from './signature-tokens.js'
import { tamperedTokens } from './tampered-tokens.js'
import type { TestToken } from './test-token.js'
import { timeTokens } from './time-tokens.js'
import { typeTokens } from './type-tokens.js'

/**
 * Tokens that an API must refuse when they come as Bearer, under the profile of RFC 9068 and with a clock tolerance of
 * up to 60 seconds. Each is wrong in one point and right in all others.
 *
 * Those of the rules AT-01 and AT-07 are for that profile alone to refuse, and some of JOSE-07 are bad only because the
 * keys are published with `alg`, as they are by default.
 *
 * @example
 * test.each(badTokens)('refuses $name ($rule)', async ({ make }) => {
 *   const response = await call(await make(server))
 *   expect([400, 401, 431]).toContain(response.status)
 * })
 */
export const badTokens: readonly TestToken[] = [
  ...segmentTokens,
  ...base64urlTokens,
  ...jsonTokens,
  ...duplicateMemberTokens,
  ...encryptedTokens,
  ...algorithmTokens,
  ...criticalHeaderTokens,
  ...kidTokens,
  ...foreignKeyTokens,
  ...tamperedTokens,
  ...signatureTokens,
  ...typeTokens,
  ...issuerTokens,
  ...audienceTokens,
  ...timeTokens,
  ...requiredClaimTokens,
  ...confirmationTokens,
]
