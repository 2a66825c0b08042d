import { inTime } from '../application-code.js'
import { quote, Rejection, Unavailable } from '../rejection.js'
import { isTrustedIssuer, type TrustedIssuer } from './trusted-issuer.js'

/**
 * Finds the issuer that a JWT names in `iss`, for resources that serve many tenants; undefined declines it. It must decide by a
 * list of its own: one that trusts whatever `iss` says lets anyone make tokens.
 *
 * For the same `iss` it should return the same object: keys and caches belong to it. What it finds is kept for 10 minutes and, while it
 * throws, for 4 hours; what it declines for 60 seconds. It is not asked about an `iss` of more than 512 characters. When it throws, or
 * takes longer than 5 seconds, the request is a 503.
 */
export type IssuerResolver = (iss: string) => TrustedIssuer | undefined | Promise<TrustedIssuer | undefined>

/** What the resolver said. An error is made of it for each request anew. */
export type ResolverAnswer =
  | { readonly trusted: TrustedIssuer | undefined }
  | { readonly refused: () => Rejection }
  | { readonly failed: () => Unavailable }

/** Never fails. */
export async function askResolver(resolve: IssuerResolver, iss: string): Promise<ResolverAnswer> {
  try {
    return checked(await inTime(() => resolve(iss)), iss)
  } catch (cause) {
    const message = `the resolver of issuers failed for ${quote(iss)}`
    return { failed: () => resolverUnavailable(message, cause) }
  }
}

export function resolverUnavailable(message: string, cause?: unknown): Unavailable {
  return new Unavailable('issuer_unavailable', message, { cause, retryAfterSeconds: 1 })
}

/** Databases answer null for what they do not have. Whatever else is no issuer is refused: it may be a member of every object. */
function checked(answer: unknown, iss: string): ResolverAnswer {
  if (answer === undefined || answer === null) return { trusted: undefined }
  if (isTrustedIssuer(answer) && answer.issuer === iss) return { trusted: answer }
  const other = isTrustedIssuer(answer)
    ? quote(answer.issuer)
    : 'something that neither jwtIssuer() nor introspectionIssuer() made'
  const message = `iss is ${quote(iss)}, but the resolver answered with ${other}`
  return { refused: () => new Rejection('token_issuer_untrusted', message) }
}
