import type { Requirement } from '../authorization/requirement.js'
import { ifGiven } from '../configuration.js'
import { type DpopOptions, type DpopPolicy, dpopPolicy } from '../confirmation/dpop-options.js'
import type { ReplayStore } from '../confirmation/replay-store.js'
import type { IssuerEvent, TellNews } from '../issuer-events.js'
import { defaultStaleSeconds, issuerKeys } from '../keys/issuer-keys.js'
import type { NeededMetadata } from '../keys/issuer-metadata.js'
import type { KeySet } from '../keys/key-set.js'
import { MetadataSource } from '../keys/metadata-source.js'
import { quote, Unavailable } from '../rejection.js'
import type { AudiencePolicy } from './checks/audience.js'
import { Introspection } from './introspection.js'
import type { IntrospectionIssuerSettings, JwtIssuerSettings } from './issuer-settings.js'
import { settingsOf, type TrustedIssuer } from './trusted-issuer.js'

interface Bound {
  readonly audience: AudiencePolicy
  /** In seconds since the epoch. */
  readonly now: () => number
  readonly clockToleranceSeconds: number
  /** What every one of its tokens has to bring. */
  readonly requires: Requirement | undefined
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
  /** Reads a requirement with what the resource knows. @throws TypeError */
  readonly readRequirement: (where: string, given: Requirement) => Requirement
  /** Hears what becomes of the issuer. */
  readonly tell?: ((event: IssuerEvent) => void) | undefined
}

/** Keys and whatever is cached belong to one resource and one issuer, never to two. */
export function bindIssuer(trusted: TrustedIssuer, binding: Binding): BoundIssuer {
  const settings = settingsOf(trusted)
  const { kind, issuer } = settings
  const tell: TellNews = (news) => binding.tell?.({ ...news, kind, issuer })
  return settings.kind === 'jwt'
    ? { ...settings, ...boundTo(settings, binding, issuerKeys(settings, { now: binding.now, tell })) }
    : bindIntrospection(settings, binding, tell)
}

function boundTo(
  { kind, audience, dpop, requires }: JwtIssuerSettings | IntrospectionIssuerSettings,
  { resource, now, clockToleranceSeconds, dpop: ofResource, localStore, readRequirement }: Binding,
  keys: KeySet,
): Bound {
  return {
    audience: { values: [resource], single: false, absentAllowed: false, ...audience },
    now: () => now() / 1000,
    clockToleranceSeconds,
    requires: ifGiven(requires, (given) => readRequirement(`${kind}Issuer.requires`, given)),
    dpop: dpopPolicy(ofResource, dpop, localStore),
    keys,
    close: () => keys.close(),
  }
}

function bindIntrospection(
  settings: IntrospectionIssuerSettings,
  binding: Binding,
  tell: TellNews,
): BoundIntrospectionIssuer {
  const { now } = binding
  const { issuer, http, endpoint, signed, jwksUri } = settings
  const needed: NeededMetadata = [
    ...(endpoint === undefined ? (['introspectionEndpoint'] as const) : []),
    ...(signed !== false && jwksUri === undefined ? (['jwksUri'] as const) : []),
  ]
  const metadata = new MetadataSource({ issuer, http, needed, now, tell })
  const source = {
    ...settings,
    inlineKeys: undefined,
    staleSeconds: defaultStaleSeconds,
  }
  const bound = { ...settings, ...boundTo(settings, binding, issuerKeys(source, { now, metadata, tell })) }
  const introspection = new Introspection({
    ...bound,
    tell,
    endpoint: async () => endpoint ?? endpointIn(metadata),
    doubtEndpoint: () => {
      if (endpoint === undefined) metadata.doubt(doubtAfter)
    },
  })
  const close = () => {
    introspection.close()
    bound.close()
    metadata.close()
  }
  return { ...bound, introspection, close }
}

/** Metadata that is younger than this, in milliseconds, is not asked for again because of an endpoint that fails. */
const doubtAfter = 10_000

async function endpointIn(metadata: MetadataSource): Promise<string> {
  const { introspectionEndpoint, refused } = await metadata.get()
  if (introspectionEndpoint !== undefined) return introspectionEndpoint
  metadata.doubt(doubtAfter)
  const named = refused.introspection_endpoint
  const message = `introspection_endpoint of the metadata is ${quote(named)}, expected an https URL; see introspectionIssuer({ endpoint })`
  throw new Unavailable('metadata_unavailable', message, { retryAfterSeconds: 10 })
}
