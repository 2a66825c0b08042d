import type { Awaitable } from '../awaitable.js'
import type { CompactJws } from '../jws/compact-jws.js'
import { isMediaType } from '../jws/media-type.js'
import { isJsonObject } from '../jws/strict-json.js'
import { quote, Rejection, Unavailable } from '../rejection.js'
import type { BoundIntrospectionIssuer, BoundIssuer, BoundJwtIssuer } from './bind-issuer.js'
import { readJwt } from './read-jwt.js'
import type { ResolvedIssuers } from './resolved-issuers.js'

/** The one issuer that judges a token: by its own rules, or by asking the authorization server. */
export type Route =
  | { readonly issuer: BoundJwtIssuer; readonly jws: CompactJws }
  | { readonly issuer: BoundIntrospectionIssuer; readonly jws: undefined }

/**
 * Chooses the one issuer that judges a token; no token is ever tried at two.
 *
 * A JWT belongs to the issuer that its `iss` names. That is not verified yet, but decides alone: an unknown or absent issuer is
 * refused, without any network access (RFC 8725 §3.10). Every other token is opaque, and belongs to the first issuer that accepts it. At
 * once, unless a resolver is asked.
 *
 * @throws Rejection token_malformed, token_issuer_untrusted; Unavailable issuer_unavailable
 */
export function chooseIssuer(
  token: string,
  issuers: readonly BoundIssuer[],
  resolved?: ResolvedIssuers,
): Awaitable<Route> {
  const introspecting = issuers.filter((issuer) => issuer.kind === 'introspection')
  if (introspecting.length === 0 || isJwt(token)) return byClaim(readJwt(token), issuers, resolved)
  const issuer = introspecting.find((one) => accepts(one, token))
  if (issuer) return { issuer, jws: undefined }
  throw new Rejection('token_malformed', 'the token is no JWT, and no introspection issuer accepts it')
}

function byClaim(
  jws: CompactJws,
  issuers: readonly BoundIssuer[],
  resolved: ResolvedIssuers | undefined,
): Awaitable<Route> {
  const { iss } = jws.claims
  const named = issuers.filter(
    (one) => one.issuer === iss && !(one.kind === 'introspection' && one.opaqueOnly),
  )
  const found = named.find(({ kind }) => kind === 'jwt') ?? named[0]
  if (found || !resolved) return routeTo(found, jws, issuers)
  return resolved.find(iss).then((one) => routeTo(one, jws, issuers))
}

function routeTo(found: BoundIssuer | undefined, jws: CompactJws, issuers: readonly BoundIssuer[]): Route {
  const { iss } = jws.claims
  if (!found) throw new Rejection('token_issuer_untrusted', `iss is ${quote(iss)}${hint(iss, issuers)}`)
  if (found.kind === 'jwt') return { issuer: found, jws }
  refuseOtherKinds(jws)
  return { issuer: found, jws: undefined }
}

/** Where the server decides what is active, it should not be asked about what no access token is: RFC 9701 §8. */
function refuseOtherKinds({ header: { typ } }: CompactJws): void {
  if (!isMediaType(typ, 'token-introspection+jwt', 'dpop+jwt', 'logout+jwt')) return
  throw new Rejection('token_type_unexpected', `typ is ${quote(typ)}, which no access token has`)
}

function hint(iss: unknown, issuers: readonly { readonly issuer: string }[]): string {
  if (issuers.some(({ issuer }) => issuer === iss)) return ', whose tokens are no JWTs (opaqueOnly)'
  const near = issuers.find(
    ({ issuer }) => iss === `${issuer}/` || (typeof iss === 'string' && issuer === `${iss}/`),
  )
  return near
    ? `, which differs from "${near.issuer}" only by the slash at the end`
    : ', which is not a trusted issuer'
}

/**
 * Whether header and payload are JSON objects, however they are written and whatever follows them: such a token is never taken for
 * an opaque one, so that a mangled JWT goes to no server that it does not name.
 */
function isJwt(token: string): boolean {
  const [header = '', payload = ''] = token.split('.', 2)
  return [header, payload].every(isEncodedObject)
}

const lenientUtf8 = new TextDecoder()

function isEncodedObject(segment: string): boolean {
  try {
    return isJsonObject(JSON.parse(lenientUtf8.decode(Buffer.from(segment, 'base64url'))))
  } catch {
    return false
  }
}

function accepts({ issuer, accepts: decide }: BoundIntrospectionIssuer, token: string): boolean {
  if (!decide) return true
  try {
    const accepted: unknown = decide(token)
    if (!(accepted instanceof Promise)) return accepted === true
    accepted.catch(() => undefined)
  } catch (cause) {
    throw undecided(issuer, 'failed', cause)
  }
  throw undecided(issuer, 'answered with a promise; it has to decide at once')
}

function undecided(issuer: string, what: string, cause?: unknown): Unavailable {
  const message = `accepts() of introspectionIssuer for "${issuer}" ${what}`
  return new Unavailable('issuer_unavailable', message, { cause, retryAfterSeconds: 1 })
}
