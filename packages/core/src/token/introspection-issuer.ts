import {
  checkOptionNames,
  checkPresent,
  ifGiven,
  misconfigured,
  readSeconds,
  readUrl,
} from '../configuration.js'
import { type DpopOptions, readDpopOptions } from '../confirmation/dpop-options.js'
import { readAlgorithms, type SignatureAlgorithm } from '../jws/signature-algorithms.js'
import { type HttpOptions, readHttpOptions } from '../keys/http-options.js'
import { type AudienceOption, readAudience } from './checks/audience.js'
import { type ClaimsOf, type ClaimsSchema, readClaimsSchema } from './claims-schema.js'
import { type IntrospectionClient, readClient } from './introspection-client.js'
import { readIssuerIdentifier } from './issuer-identifier.js'
import type { IntrospectionIssuerSettings } from './issuer-settings.js'
import { readScopeClaims, type ScopeClaim } from './scope-set.js'
import { type TrustedIssuer, trustedIssuer } from './trusted-issuer.js'

/** What to trust in an authorization server that has to be asked about its tokens: RFC 7662. */
export interface IntrospectionIssuerOptions<
  Issuer extends string = string,
  Schema extends ClaimsSchema = ClaimsSchema,
> {
  /** The issuer, exactly as its answers write it in `iss`. An https URL; any string when `endpoint` is given. */
  readonly issuer: Issuer
  /** Where it is asked. Default: `introspection_endpoint` of its metadata (RFC 8414, else OpenID Connect Discovery). */
  readonly endpoint?: string
  /** As whom this resource asks. */
  readonly client: IntrospectionClient
  /**
   * Whether a token that is no JWT may be one of its own, by length, prefix or characters. Needed where several issuers
   * are asked; the first one that accepts a token is asked about it, and no other. Default: every one.
   */
  readonly accepts?: (token: string) => boolean
  /** Whom its tokens are meant for. Default: the `resource` of the protected resource. */
  readonly audience?: AudienceOption
  /** `{ absent: 'allowed' }`: answers need not tell when the token expires. Default: they must. */
  readonly expiry?: { readonly absent: 'allowed' }
  /** Claims from which scopes are read, as for `jwtIssuer`. Default: `scope` as a string (RFC 7662 §2.2). */
  readonly scopeClaims?: readonly ScopeClaim[]
  /** What else its answers have to say, as for `jwtIssuer`. It sees the checked members of the answer. */
  readonly claims?: Schema
  /** Only signed answers are accepted: RFC 9701. Default false: plain JSON is asked for. */
  readonly signed?: boolean
  /** Accepted signature algorithms of signed answers. Default RS256, PS256, ES256, Ed25519, EdDSA. */
  readonly algorithms?: readonly SignatureAlgorithm[]
  /** Where the keys for signed answers are. Default: `jwks_uri` of its metadata. */
  readonly jwksUri?: string
  /** How long an answer is relied on, never past `exp`: a revoked token may live so long. In seconds; default 60, at most 3,600. */
  readonly cacheSeconds?: number
  /** How many questions may be without an answer; beyond that, requests are a 503. Default 50. */
  readonly maxConcurrent?: number
  /** Limits for every call to it. */
  readonly http?: HttpOptions
  /** What is different for the DPoP proofs that come with its tokens. Default: the `dpop` of the protected resource. */
  readonly dpop?: DpopOptions
}

const where = 'introspectionIssuer'
const optional = [
  'endpoint',
  'accepts',
  'audience',
  'expiry',
  'scopeClaims',
  'claims',
  'signed',
  'algorithms',
  'jwksUri',
  'cacheSeconds',
  'maxConcurrent',
  'http',
  'dpop',
]

/**
 * Trusts the tokens that one authorization server declares active when it is asked: opaque tokens, and JWTs that name it in
 * `iss` when no `jwtIssuer` does.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example introspectionIssuer({ issuer: 'https://as.example.com', client: { id: 'accounts-api', secret } })
 */
export function introspectionIssuer<const Issuer extends string, Schema extends ClaimsSchema = never>(
  options: IntrospectionIssuerOptions<Issuer, Schema>,
): TrustedIssuer<Issuer, ClaimsOf<Schema>> {
  checkOptionNames(where, options, ['issuer', 'client', ...optional])
  checkPresent(where, options, optional)
  const { issuer, endpoint, signed = false, jwksUri } = options
  const needsMetadata = endpoint === undefined || (signed && jwksUri === undefined)
  return trustedIssuer(readIssuerIdentifier(`${where}.issuer`, issuer, needsMetadata), readSettings(options))
}

function readSettings(options: IntrospectionIssuerOptions): IntrospectionIssuerSettings {
  const { issuer, endpoint, client, accepts, audience, expiry, scopeClaims, signed = false } = options
  if (accepts !== undefined && typeof accepts !== 'function') {
    throw misconfigured(`${where}.accepts`, 'a function', accepts)
  }
  if (expiry !== undefined && expiry?.absent !== 'allowed') {
    throw misconfigured(`${where}.expiry`, "{ absent: 'allowed' }", expiry)
  }
  if (typeof signed !== 'boolean') throw misconfigured(`${where}.signed`, 'true or false', signed)
  const { algorithms, jwksUri } = options
  if (!signed && (algorithms !== undefined || jwksUri !== undefined)) {
    throw new TypeError(`${where}: algorithms and jwksUri are for signed answers; add signed: true`)
  }
  return {
    kind: 'introspection',
    issuer,
    endpoint: ifGiven(endpoint, (given) => readUrl(`${where}.endpoint`, given)),
    authenticate: readClient(`${where}.client`, client, issuer),
    clientId: client.id,
    accepts,
    audience: ifGiven(audience, (given) => readAudience(`${where}.audience`, given)) ?? {},
    expiryMayBeAbsent: expiry !== undefined,
    scopeClaims: ifGiven(scopeClaims, (given) => readScopeClaims(`${where}.scopeClaims`, given)),
    claimsSchema: ifGiven(options.claims, (given) => readClaimsSchema(`${where}.claims`, given)),
    signed,
    algorithms: readAlgorithms(`${where}.algorithms`, algorithms),
    jwksUri: ifGiven(jwksUri, (given) => readUrl(`${where}.jwksUri`, given)),
    cacheSeconds: readSeconds(`${where}.cacheSeconds`, options.cacheSeconds, 60, 3600),
    maxConcurrent: readMaxConcurrent(options.maxConcurrent),
    http: readHttpOptions(`${where}.http`, options.http),
    dpop: ifGiven(options.dpop, (given) => readDpopOptions(`${where}.dpop`, given)),
  }
}

function readMaxConcurrent(given: number = 50): number {
  if (Number.isInteger(given) && given > 0 && given <= 10_000) return given
  throw misconfigured(`${where}.maxConcurrent`, 'a whole number from 1 to 10,000', given)
}
