import { ifGiven } from './configuration.js'
import type { CertificatePolicy } from './confirmation/client-certificate.js'
import type { DpopPolicy } from './confirmation/dpop-options.js'
import { MemoryReplayStore } from './confirmation/memory-replay-store.js'
import type { StartedEvent, WarningEvent } from './events.js'
import type { Settings } from './options.js'
import type { Scheme } from './rejection-codes.js'
import type { BoundIssuer } from './token/bind-issuer.js'

/** What becomes known when a resource is put together. */
export interface Started {
  readonly schemes: readonly Scheme[]
  readonly issuers: readonly BoundIssuer[]
  readonly resolver: boolean
  /** The URL of the metadata; undefined unless it is published. */
  readonly metadata: string | undefined
}

/** What is told of the configuration. */
export type ToldSettings = Pick<Settings, 'resource' | 'publicUrls' | 'certificate' | 'known' | 'revoked'>

/** What is in force, for logs. */
export function startedEvent(
  { resource, publicUrls, certificate, known, revoked }: ToldSettings,
  { schemes, issuers, resolver, metadata }: Started,
): StartedEvent {
  return {
    type: 'started',
    resource,
    schemes,
    issuers: issuers.map(describe),
    resolver,
    publicUrls: [...publicUrls],
    certificate: ifGiven(certificate, describeCertificate),
    scopes: ifGiven(known.scopes, (scopes) => [...scopes]),
    revoked: revoked !== undefined,
    metadata,
  }
}

/** What is allowed, and most likely a mistake. */
export function warnings(
  resource: string,
  { issuers, resolver, metadata }: Started,
): readonly Pick<WarningEvent, 'code' | 'message'>[] {
  const isLocal = issuers.some(({ dpop }) => dpop?.replayStore instanceof MemoryReplayStore)
  // An issuer that a resolver finds may accept it.
  const isAudience = resolver || issuers.some(({ audience }) => audience.values.includes(resource))
  const misleads = metadata !== undefined && !isAudience
  return [
    ...(misleads ? [{ code: 'resource_no_audience', message: resourceNoAudience } as const] : []),
    ...(resource.includes('?') ? [{ code: 'resource_has_query', message: resourceHasQuery } as const] : []),
    ...(isLocal ? [{ code: 'replay_store_local', message: replayStoreIsLocal } as const] : []),
  ]
}

const resourceHasQuery =
  'the resource identifier should have no query: RFC 9728 §1.2. Clients and gateways may drop it, and then find other metadata.'

const resourceNoAudience =
  'the metadata of the resource is published (RFC 9728), but no issuer accepts the resource itself as audience: clients that ask for a ' +
  'token for it (RFC 8707) get one that is refused. Name it in the audience of the issuers, too.'

const replayStoreIsLocal =
  'used DPoP proofs are remembered in the memory of this process: each further process would accept them once more. ' +
  'With several, set dpop.replayStore, for example to redisReplayStore() of @portcullis/redis.'

function describe(bound: BoundIssuer): StartedEvent['issuers'][number] {
  const { kind, issuer, audience, algorithms, dpop } = bound
  return {
    kind,
    issuer,
    profile: bound.kind === 'jwt' ? bound.profileName : undefined,
    audience: [...audience.values],
    audienceMayBeAbsent: audience.absentAllowed,
    algorithms: bound.kind === 'jwt' || bound.signed ? [...algorithms] : [],
    dpop: ifGiven(dpop, describeDpop),
  }
}

function describeDpop({ required, algorithms, proofMaxAgeSeconds, futureSkewSeconds, nonce }: DpopPolicy) {
  return {
    required,
    algorithms: [...algorithms],
    proofMaxAgeSeconds,
    futureSkewSeconds,
    nonce: nonce !== undefined,
  }
}

function describeCertificate(policy: CertificatePolicy): StartedEvent['certificate'] {
  return policy === 'socket' ? policy : { header: policy.header, format: policy.format }
}
