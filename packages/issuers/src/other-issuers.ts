import type { Explain } from '@portcullis/core'

/** Whose token it is when `iss` is this: an issuer, with or without a slash at the end, or what all of them look like. */
export type OtherIssuers = readonly (readonly [iss: string | RegExp, whose: string])[]

/**
 * Tells operators whose token came when it is from an issuer that people confuse with the one that is trusted.
 *
 * @param trusted - in words, such as `the test environment of HelseID`
 */
export function explainIssuer(trusted: string, others: OtherIssuers): Explain {
  return ({ code, claims }) => {
    const iss = claims?.['iss']
    if (code !== 'token_issuer_untrusted' || typeof iss !== 'string') return undefined
    const [, whose] = others.find(([other]) => isOf(other, iss)) ?? []
    return whose && `the token is from ${whose}, and this API trusts ${trusted}`
  }
}

function isOf(issuer: string | RegExp, iss: string): boolean {
  return typeof issuer === 'string' ? withoutSlash(issuer) === withoutSlash(iss) : issuer.test(iss)
}

function withoutSlash(iss: string): string {
  return iss.replace(/\/$/, '')
}

/** The first of these that has an idea. */
export function firstIdea(...ideas: readonly Explain[]): Explain {
  return (refused) => ideas.map((idea) => idea(refused)).find((cause) => cause !== undefined)
}
