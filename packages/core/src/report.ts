import { ifGiven } from './configuration.js'
import type { CertificatePolicy } from './confirmation/client-certificate.js'
import type { DpopPolicy } from './confirmation/dpop-options.js'
import { MemoryReplayStore } from './confirmation/memory-replay-store.js'
import type { ProtectionEvent, StartedEvent, WarningEvent } from './events.js'
import type { IssuerEvent } from './issuer-events.js'
import type { Settings } from './options.js'
import { isRefusal, type Rejection, type Unavailable } from './rejection.js'
import type { Scheme } from './rejection-codes.js'
import type { BoundIssuer } from './token/bind-issuer.js'

/** Tells what happened. Never throws: a broken listener is no reason to refuse a request, or to let one in. */
export interface Report {
  started(started: Started): void
  /** Hears what becomes of issuers. */
  readonly issuer: (event: IssuerEvent) => void
  /** Tells of each refusal once, and gives the error back. Other errors are not ours to tell. */
  refused(error: unknown): unknown
}

interface Started {
  readonly schemes: readonly Scheme[]
  readonly issuers: readonly BoundIssuer[]
  readonly resolver: boolean
  /** The URL of the metadata; undefined unless it is published. */
  readonly metadata: string | undefined
}

type Listener = (event: ProtectionEvent) => unknown

interface Teller {
  /** Whether anybody listens to refusals with this code: for others, no event is made. */
  readonly hears: (code: string) => boolean
  readonly tell: (event: ProtectionEvent) => void
}

type ReportOptions = Pick<
  Settings,
  'resource' | 'publicUrls' | 'certificate' | 'known' | 'revoked' | 'onEvent'
>

/** Hands events to the application's listener or, without one and outside production, to `process.emitWarning`. */
export function reporter(options: ReportOptions): Report {
  const { resource, onEvent } = options
  const { hears, tell } = onEvent ? { hears: () => true, tell: safely(onEvent) } : firstOfEachCode()
  const told = new WeakSet<Error>()
  return {
    started(started) {
      tell(startedEvent(options, started))
      for (const warned of warnings(resource, started)) tell({ type: 'warning', resource, ...warned })
    },
    issuer: (event) => tell({ ...event, resource }),
    refused(error) {
      if (isRefusal(error) && !told.has(error)) {
        told.add(error)
        if (hears(error.code)) tell(eventOf(resource, error))
      }
      return error
    },
  }
}

function startedEvent(
  { resource, publicUrls, certificate, known, revoked }: ReportOptions,
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

function warnings(
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

function eventOf(resource: string, refusal: Rejection | Unavailable): ProtectionEvent {
  const { message, issuer } = refusal
  if ('retryAfterSeconds' in refusal) {
    const { code, retryAfterSeconds } = refusal
    return { type: 'unavailable', resource, code, message, issuer, retryAfterSeconds }
  }
  const { code, status, error, scheme } = refusal
  return { type: 'rejected', resource, code, status, error, message, scheme, issuer }
}

const warning = { type: 'PortcullisWarning' }

function safely(listener: Listener): (event: ProtectionEvent) => void {
  let warned = false
  const call = async (event: ProtectionEvent): Promise<void> => {
    try {
      await listener(event)
    } catch {
      // What it threw may be anything, so nothing of it is printed.
      if (!warned) process.emitWarning('onEvent failed. Told once.', warning)
      warned = true
    }
  }
  return (event) => void call(event)
}

/** Whoever installs this sees why a request was refused; a flood of bad requests does not flood the log. In production only warnings are told. */
function firstOfEachCode(): Teller {
  const isProduction = process.env['NODE_ENV'] === 'production'
  const told = new Set<string>()
  const tell = (event: ProtectionEvent) => {
    if (!('code' in event) || event.code === undefined || told.has(event.code)) return
    if (isProduction && event.type !== 'warning') return
    told.add(event.code)
    process.emitWarning(`${event.resource}: ${event.code}: ${event.message}`, {
      ...warning,
      code: event.code,
      detail:
        'Each code is told once; in production, only warnings about the configuration are. Pass onEvent to hear of everything, or to silence this.',
    })
  }
  return { hears: (code) => !isProduction && !told.has(code), tell }
}
