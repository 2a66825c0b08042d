import type { Explain, RefusedToken } from '@portcullis/core'

/** A mistake that people really make; false where it cannot be made. Nothing that a token says is printed: only the text is. */
export type Cause = false | readonly [applies: (refused: RefusedToken) => boolean, text: string]

/** Says the first that applies. */
export function causes(...known: readonly Cause[]): Explain {
  const possible = known.filter((one) => one !== false)
  return (refused) => possible.find(([applies]) => applies(refused))?.[1]
}

/** The token does not bring what is required. */
export function isUnmet({ code }: RefusedToken): boolean {
  return code === 'requirement_unmet'
}

/** Where an ID token stands out: by what it has, by what it lacks, or by whom it is meant for. */
export function isOfOtherKind({ code }: RefusedToken): boolean {
  return ['token_type_unexpected', 'token_claim_missing', 'token_audience_mismatch'].includes(code)
}

/** Whether a claim is there, whatever it says. */
export function hasClaim({ claims = {} }: RefusedToken, name: string): boolean {
  return Object.hasOwn(claims, name)
}

/** A claim that is a text; of any other, an empty one. */
export function textOf({ claims = {} }: RefusedToken, name: string): string {
  const claim = claims[name]
  return typeof claim === 'string' ? claim : ''
}
