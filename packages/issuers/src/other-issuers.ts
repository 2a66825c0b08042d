import { type Cause, textOf } from './causes.js'

/** Whose token it is when `iss` is this: an issuer, with or without a slash at the end, or what all of them look like. */
export type OtherIssuers = readonly (readonly [iss: string | RegExp, whose: string])[]

/**
 * Whose token came when it is from an issuer that people confuse with the one that is trusted.
 *
 * @param trusted - in words, such as `the test environment of HelseID`
 */
export function otherIssuers(trusted: string, others: OtherIssuers): readonly Cause[] {
  // One that differs from the trusted one by its slash alone, core explains.
  const confusable = others.filter(([, whose]) => whose !== trusted)
  return confusable.map(([issuer, whose]) => [
    (refused) => refused.code === 'token_issuer_untrusted' && isOf(issuer, textOf(refused, 'iss')),
    `the token is from ${whose}, and this API trusts ${trusted}`,
  ])
}

function isOf(issuer: string | RegExp, iss: string): boolean {
  return typeof issuer === 'string' ? withoutSlash(issuer) === withoutSlash(iss) : issuer.test(iss)
}

function withoutSlash(iss: string): string {
  return iss.replace(/\/$/, '')
}
