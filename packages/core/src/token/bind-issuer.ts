import { type DpopOptions, type DpopPolicy, dpopPolicy } from '../confirmation/dpop-options.js'
import type { ReplayStore } from '../confirmation/replay-store.js'
import type { KeySetEvent } from '../events.js'
import { issuerKeys } from '../keys/issuer-keys.js'
import type { KeySet } from '../keys/key-set.js'
import { MetadataSource } from '../keys/metadata-source.js'
import { Unavailable } from '../rejection.js'
import type { AudiencePolicy } from './checks/audience.js'
import { Introspection } from './introspection.js'
import type { IntrospectionIssuerSettings, JwtIssuerSettings } from './issuer-settings.js'
import { settingsOf, type TrustedIssuer } from './trusted-issuer.js'

interface Bound {
  readonly audience: AudiencePolicy
  /** In seconds since the epoch. */
  readonly now: () => number
  readonly clockToleranceSeconds: number
  /** Undefined: DPoP is off. */
  readonly dpop: DpopPolicy | undefined
  /** Of its tokens, or of its signed answers. */
  readonly keys: KeySet
  /** Ends what runs in the background; nothing is fetched any more. */
  readonly close: () => void
}

/** A trusted issuer as one resource sees it: with its audience, its clock and its keys. */
export type BoundIssuer = BoundJwtIssuer | BoundIntrospectionIssuer

export interface BoundJwtIssuer extends Omit<JwtIssuerSettings, keyof Bound>, Bound {}

export interface BoundIntrospectionIssuer extends Omit<IntrospectionIssuerSettings, keyof Bound>, Bound {
  readonly introspection: Introspection
}

/** What the resource adds to each of its issuers. */
export interface Binding {
  readonly resource: string
  /** In milliseconds since the epoch. */
  readonly now: () => number
  readonly clockToleranceSeconds: number
  readonly dpop: DpopOptions | undefined
  /** Remembers the proofs for which no other store is named. */
  readonly localStore: () => ReplayStore
  /** Hears what becomes of keys. */
  readonly tell?: ((event: KeySetEvent) => void) | undefined
}

/** Keys and whatever is cached belong to one resource and one issuer, never to two. */
export function bindIssuer(trusted: TrustedIssuer, binding: Binding): BoundIssuer {
  const settings = settingsOf(trusted)
  return settings.kind === 'jwt'
    ? { ...settings, ...boundTo(settings, binding, keysOf(settings, binding)) }
    : bindIntrospection(settings, binding)
}

function boundTo(
  { audience, dpop }: JwtIssuerSettings | IntrospectionIssuerSettings,
  { resource, now, clockToleranceSeconds, dpop: ofResource, localStore }: Binding,
  keys: KeySet,
): Bound {
  return {
    audience: { values: [resource], single: false, absentAllowed: false, ...audience },
    now: () => now() / 1000,
    clockToleranceSeconds,
    dpop: dpopPolicy(ofResource, dpop, localStore),
    keys,
    close: () => keys.close(),
  }
}

function keysOf(settings: JwtIssuerSettings, { now, tell }: Binding, metadata?: MetadataSource): KeySet {
  return issuerKeys(settings, { now, ...(metadata && { metadata }), ...(tell && { tell }) })
}

/** How long keys for signed answers serve while no refresh succeeds, in seconds. */
const staleSeconds = 4 * 3600

function bindIntrospection(
  settings: IntrospectionIssuerSettings,
  binding: Binding,
): BoundIntrospectionIssuer {
  const { issuer, http, endpoint, algorithms, jwksUri } = settings
  const metadata = new MetadataSource(issuer, http, binding.now)
  const source = { issuer, http, algorithms, jwksUri, inlineKeys: undefined, staleSeconds }
  const { now, tell } = binding
  const keys = issuerKeys(source, { now, metadata, ...(tell && { tell }) })
  const close = () => {
    keys.close()
    metadata.close()
  }
  const bound = { ...settings, ...boundTo(settings, binding, keys), close }
  const introspection = new Introspection({
    ...bound,
    endpoint: async () => endpoint ?? endpointIn(metadata),
  })
  return { ...bound, introspection }
}

async function endpointIn(metadata: MetadataSource): Promise<string> {
  const { introspectionEndpoint } = await metadata.get()
  if (introspectionEndpoint !== undefined) return introspectionEndpoint
  const message = 'the metadata names no introspection_endpoint; see introspectionIssuer({ endpoint })'
  throw new Unavailable('metadata_unavailable', message, { retryAfterSeconds: 60 })
}
