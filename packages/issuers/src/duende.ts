import {
  type ActsFor,
  type AudienceOption,
  type ClaimsOf,
  type ClaimsSchema,
  type DpopOptions,
  type IntrospectionClient,
  type IssuerOptions,
  introspectionIssuer,
  jwtIssuer,
  type SignatureAlgorithm,
  type TrustedIssuer,
  type VerifiedToken,
} from '@portcullis/core'
import { claimsOf, type PresetSchema } from './claims-of.js'
import { checkNames, definePreset, over, text } from './define-preset.js'
import { readDuendeAudience } from './duende-audience.js'
import {
  clientClaimsOf,
  type DuendeClaims,
  type DuendeExtras,
  duendeClaims,
  tellingClaims,
} from './duende-claims.js'
import { explainDuende } from './duende-explain.js'
import { type PresetOptions, passedOn, requiring } from './preset-options.js'

/** How an API trusts a Duende IdentityServer. */
export interface DuendeOptions<Issuer extends string = string, Schema extends ClaimsSchema = ClaimsSchema>
  extends PresetOptions<Issuer, Schema> {
  /** The URL of the server, exactly as its tokens write it in `iss`: by default in lower case, and without a slash at the end. */
  readonly authority: Issuer
  /**
   * The name of the API resource. `{ absent: 'allowed' }` where the server has API scopes only, so that its tokens name no API: they
   * pass only where a scope is required. `{authority}/resources` is refused: it is in every token of the server, and names no API.
   */
  readonly audience: AudienceOption
  /** Accepted `typ` of tokens, as for `jwtIssuer`. Default `at+jwt`, as `AccessTokenJwtType` is by default. */
  readonly types?: readonly string[]
  /** Default RS256. */
  readonly algorithms?: readonly SignatureAlgorithm[]
  /** For reference tokens, which the server is asked about. Default: they are refused. */
  readonly referenceTokens?: DuendeReferenceTokens
}

/** How an API asks a Duende IdentityServer about reference tokens. */
export interface DuendeReferenceTokens {
  /** The API resource and one of its secrets. The server tells it of tokens that have one of its scopes, and of those scopes only. */
  readonly client: IntrospectionClient
  /** Where it is asked. Default: where its metadata says. */
  readonly endpoint?: string
  /** Whether an opaque token may be one of its own: needed where another issuer is asked about opaque tokens, too. */
  readonly accepts?: (token: string) => boolean
  /** As for `introspectionIssuer`: for how long an answer is relied on. In seconds; default 60. */
  readonly cacheSeconds?: number
}

type DuendeIssuer<Issuer extends string, Schema extends ClaimsSchema> = TrustedIssuer<
  Issuer,
  ClaimsOf<PresetSchema<DuendeClaims, Schema, typeof tellingClaims>>,
  DuendeExtras
>

/**
 * Trusts a Duende IdentityServer: its JWTs, and its reference tokens where it can be asked about them.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example duende({ authority: 'https://identity.example.com', audience: 'invoices' })
 */
export function duende<const Issuer extends string, Schema extends ClaimsSchema = never>(
  options: DuendeOptions<Issuer, Schema>,
): readonly DuendeIssuer<Issuer, Schema>[] {
  return definePreset('duende', options, own, () => {
    text('duende.authority', options.authority)
    const { referenceTokens, types = ['at+jwt'], algorithms = ['RS256'] } = options
    const common = commonOptions(options)
    const selfContained = jwtIssuer({
      ...common,
      ...passedOn(options),
      profile: 'jwt',
      types,
      requiredClaims: ['iat', 'nbf', 'client_id'],
      algorithms,
    })
    if (referenceTokens === undefined) return [selfContained]
    const { http } = options
    return [
      selfContained,
      introspectionIssuer({ ...common, ...asked(referenceTokens), ...(http && { http }) }),
    ]
  })
}

const own = ['authority', 'audience', 'types', 'algorithms', 'referenceTokens']

function commonOptions<Issuer extends string, Schema extends ClaimsSchema>(
  options: DuendeOptions<Issuer, Schema>,
): IssuerOptions<Issuer, PresetSchema<DuendeClaims, Schema, typeof tellingClaims>, DuendeExtras> {
  const issuer = options.issuer ?? options.authority
  return {
    issuer,
    audience: readDuendeAudience(options.audience, issuer),
    scopeClaims: ['scope'],
    clientIdClaims: ['client_id'],
    claims: claimsOf(duendeClaims, options.claims, tellingClaims),
    extend: (token: VerifiedToken<object>) => ({
      actsFor: actsFor(token),
      clientClaims: clientClaimsOf(token.claims),
    }),
    ...requiring(options.requires),
    explain: explainDuende(issuer, options.referenceTokens !== undefined),
    dpop: over('duende.dpop', proofs, options.dpop),
  }
}

/** Clients that act for themselves have no `sub` at IdentityServer; who has one is a user. */
function actsFor({ subject, actsFor: known }: VerifiedToken<object>): ActsFor {
  return subject !== undefined && known === 'unknown' ? 'user' : known
}

/** For how long a proof is good, and by how much clocks may differ either way, at APIs with Duende's own handler. */
const [lifetimeSeconds, skewSeconds] = [5, 25]

const proofs: DpopOptions = {
  algorithms: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
  proofMaxAgeSeconds: lifetimeSeconds + skewSeconds,
  futureSkewSeconds: skewSeconds,
}

const ofReferenceTokens = ['client', 'endpoint', 'accepts', 'cacheSeconds']

function asked(given: DuendeReferenceTokens): DuendeReferenceTokens {
  checkNames('duende.referenceTokens', given, ofReferenceTokens)
  return given
}
