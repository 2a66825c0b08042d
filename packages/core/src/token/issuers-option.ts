import { misconfigured } from '../configuration.js'
import type { IssuerResolver } from './issuer-resolver.js'
import { isTrustedIssuer, settingsOf, type TrustedIssuer } from './trusted-issuer.js'

/** Issuers, lists of issuers, and at most one resolver. */
export type IssuersOption = readonly (TrustedIssuer | readonly TrustedIssuer[] | IssuerResolver)[]

/** {@link IssuersOption}, read and checked. */
export interface Issuers {
  readonly issuers: readonly TrustedIssuer[]
  readonly resolver: IssuerResolver | undefined
}

/** @throws TypeError */
export function readIssuers(option: string, given: unknown): Issuers {
  const listed: unknown[] = Array.isArray(given) ? given.flat() : []
  if (listed.length === 0) throw misconfigured(option, 'a list with at least one trusted issuer', given)
  const resolvers = listed.filter((one): one is IssuerResolver => typeof one === 'function')
  if (resolvers.length > 1) throw misconfigured(option, 'at most one resolver', given)
  const [resolver] = resolvers
  return { issuers: readTrusted(option, listed), resolver }
}

function readTrusted(option: string, given: readonly unknown[]): readonly TrustedIssuer[] {
  const issuers = given.filter((one) => typeof one !== 'function')
  const trusted = issuers.map((issuer) => {
    if (isTrustedIssuer(issuer)) return issuer
    throw misconfigured(option, 'issuers made by jwtIssuer() or introspectionIssuer()', issuer)
  })
  const names = new Set(trusted.map((issuer) => `${settingsOf(issuer).kind} ${issuer.issuer}`))
  if (names.size < trusted.length) {
    throw misconfigured(
      option,
      'each issuer once',
      trusted.map(({ issuer }) => issuer),
    )
  }
  refuseTrials(trusted)
  return trusted
}

/** An opaque token goes to one server only: where several could be asked, each says which tokens are its own. */
function refuseTrials(trusted: readonly TrustedIssuer[]): void {
  const asked = trusted.map(settingsOf).filter((settings) => settings.kind === 'introspection')
  const vague = asked.length > 1 && asked.find(({ accepts }) => accepts === undefined)
  if (!vague) return
  throw new TypeError(
    `introspectionIssuer.accepts: expected a function for "${vague.issuer}", since several issuers are asked about opaque tokens`,
  )
}
