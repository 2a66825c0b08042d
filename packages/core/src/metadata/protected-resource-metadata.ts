import { isSafeUrl } from '../configuration.js'
import type { CertificatePolicy } from '../confirmation/client-certificate.js'
import type { DpopPolicy } from '../confirmation/dpop-options.js'
import type { Scheme } from '../rejection-codes.js'
import type { Described } from './metadata-options.js'

/** What is enforced, and so what is told. */
export interface Enforced {
  readonly resource: string
  /** Of each issuer and, where issuers are looked for, of those that will be found. */
  readonly policies: readonly { readonly dpop: DpopPolicy | undefined }[]
  readonly issuers: readonly string[]
  readonly schemes: readonly Scheme[]
  readonly scopes?: readonly string[] | undefined
  readonly detailsTypes?: readonly string[] | undefined
  readonly certificate: CertificatePolicy | undefined
  readonly described: Described
}

/** Where the metadata of a resource is: the well-known path stands between its host and its own path. RFC 9728 §3. */
export function metadataUrl(resource: string): string {
  const { origin, pathname, search } = new URL(resource)
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}${search}`
}

/**
 * The metadata of a resource: RFC 9728 §2, by what is enforced. Members without a value are left out (§3.2), but for
 * `bearer_methods_supported`: an empty list says that no bearer token is accepted (§2).
 */
export function protectedResourceMetadata(enforced: Enforced): Readonly<Record<string, unknown>> {
  const { resource, policies, issuers, schemes, scopes, detailsTypes, certificate, described } = enforced
  const dpop = policies.flatMap((policy) => policy.dpop ?? [])
  const acceptsBearer = schemes.includes('Bearer')
  const members: Record<string, unknown> = {
    resource,
    // Identifiers that are no URL say nothing to a client: RFC 8414 §2.
    authorization_servers: issuers.filter((issuer) => isSafeUrl(issuer, true)),
    scopes_supported: scopes,
    bearer_methods_supported: acceptsBearer ? ['header'] : [],
    tls_client_certificate_bound_access_tokens: certificate !== undefined || undefined,
    authorization_details_types_supported: detailsTypes,
    dpop_signing_alg_values_supported: [...new Set(dpop.flatMap(({ algorithms }) => algorithms))],
    dpop_bound_access_tokens_required: !acceptsBearer || undefined,
    ...described,
  }
  const told = Object.entries(members).filter(([name, value]) => {
    return (
      name === 'bearer_methods_supported' || (Array.isArray(value) ? value.length > 0 : value !== undefined)
    )
  })
  return Object.freeze(Object.fromEntries(told))
}
