/** One challenge: a scheme and its parameters, in order. */
export interface SchemeChallenge {
  readonly scheme: string
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** The narrowest of the grammars for `realm`, `error`, `error_description` and `scope`: RFC 6750 §3. */
const safeValue = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

/** Formats the value of a WWW-Authenticate field, all challenges in one line: RFC 9110 §11.6.1. */
export function wwwAuthenticate(challenges: readonly SchemeChallenge[]): string {
  return challenges
    .map(
      ({ scheme, parameters }) =>
        `${scheme} ${parameters.map(([name, value]) => `${name}=${quoted(value)}`).join(', ')}`,
    )
    .join(', ')
}

/** Every value comes from the configuration or from a fixed table, so nothing needs to be escaped, only guarded. */
function quoted(value: string): string {
  if (!safeValue.test(value))
    throw new Error('a challenge parameter with characters that do not belong there')
  return `"${value}"`
}
