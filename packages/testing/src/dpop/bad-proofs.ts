import { algorithmProofs } from './algorithm-proofs.js'
import { brokenKeyProofs } from './broken-key-proofs.js'
import { claimProofs } from './claim-proofs.js'
import { criticalHeaderProofs } from './critical-header-proofs.js'
import { duplicateMemberProofs } from './duplicate-member-proofs.js'
import { fieldProofs } from './field-proofs.js'
import { formProofs } from './form-proofs.js'
import { jwkProofs } from './jwk-proofs.js'
import { methodProofs } from './method-proofs.js'
import { signatureProofs } from './signature-proofs.js'
import { stolenTokenProofs } from './stolen-token-proofs.js'
import { targetProofs } from './target-proofs.js'
import type { BadProof } from './test-proof.js'
import { timeProofs } from './time-proofs.js'
import { tokenHashProofs } from './token-hash-proofs.js'
import { typeProofs } from './type-proofs.js'
import { unfitKeyProofs } from './unfit-key-proofs.js'

/**
 * DPoP proofs that an API must refuse, though the access token is good: RFC 9449 §4.3. Each is wrong in one point and
 * right in all others, for an API that takes proofs of up to 60 seconds back and 10 ahead and does not take RS256.
 *
 * @example
 * test.each(badProofs)('refuses $name ($rule)', async ({ boundTo, make, code }) => {
 *   const token = await server.mint({ boundTo: boundTo(client) })
 *   const dpop = make({ client, method: 'GET', url, token, now: clock.now })
 *   expect(await refusalOf(token, dpop)).toBe(code)
 * })
 */
export const badProofs: readonly BadProof[] = [
  ...fieldProofs,
  ...formProofs,
  ...duplicateMemberProofs,
  ...claimProofs,
  ...typeProofs,
  ...algorithmProofs,
  ...jwkProofs,
  ...unfitKeyProofs,
  ...brokenKeyProofs,
  ...criticalHeaderProofs,
  ...stolenTokenProofs,
  ...methodProofs,
  ...targetProofs,
  ...tokenHashProofs,
  ...timeProofs,
  ...signatureProofs,
]
