import type { Requirement } from '../authorization/requirement.js'
import { checkOptionNames, checkPresent, ifGiven, misconfigured, readStrings } from '../configuration.js'
import { type DpopOptions, readDpopOptions } from '../confirmation/dpop-options.js'
import { readAlgorithms, type SignatureAlgorithm } from '../jws/signature-algorithms.js'
import { type HttpOptions, readHttpOptions } from '../keys/http-options.js'
import { type AudienceOption, readAudience } from './checks/audience.js'
import { type ClaimsOf, type ClaimsSchema, readClaimsSchema } from './claims-schema.js'
import type { Explain } from './explain.js'
import type { Extend } from './extend.js'
import type { SharedSettings } from './issuer-settings.js'
import { readScopeClaims, type ScopeClaim } from './scope-set.js'

/** What can be said of every authorization server, whether its tokens are verified or it is asked about them. */
export interface IssuerOptions<
  Issuer extends string = string,
  Schema extends ClaimsSchema = ClaimsSchema,
  Extras extends object = object,
> {
  /**
   * The issuer, exactly as its tokens or answers write it in `iss`, slash at the end included. An https URL; any string when it
   * is configured where its keys are, or where it is asked.
   */
  readonly issuer: Issuer
  /** Whom its tokens are meant for. Default: the `resource` of the protected resource. */
  readonly audience?: AudienceOption
  /** Accepted signature algorithms, of tokens or of signed answers. Default RS256, PS256, ES256, Ed25519, EdDSA. */
  readonly algorithms?: readonly SignatureAlgorithm[]
  /**
   * Claims from which scopes are read: `scope` and `scp` as a string or as a list, `roles` and `permissions` as a list.
   * Default: `scope` as a string (RFC 9068 §2.2.3, RFC 7662 §2.2).
   */
  readonly scopeClaims?: readonly ScopeClaim[]
  /** Claims that name the client; the first that is there counts. Default `client_id`, with profile `jwt` also `azp`. */
  readonly clientIdClaims?: readonly string[]
  /**
   * What else has to stand there: any schema by Standard Schema (Zod, Valibot, ArkType, …), which types `principal.claims`.
   * It sees the verified claims. Default: whatever they say.
   */
  readonly claims?: Schema
  /**
   * What the principal says beyond its claims, made of the verified token: a plain object, whose members stand on the principal. It
   * replaces none of the principal's own, but for `actsFor`. It may refuse the token by throwing a `Rejection`; anything else that it
   * throws is a 503. Default: nothing more.
   */
  readonly extend?: Extend<ClaimsOf<Schema>, Extras>
  /**
   * What every one of its tokens has to bring, on every route that is not public: 403 without it. It is checked together with what the route
   * requires. Default: nothing.
   */
  readonly requires?: Requirement
  /**
   * Tells operators the likely cause when a token is refused, or does not bring what is required: it is added to the event, and told to
   * no client. Default: nothing more.
   */
  readonly explain?: Explain
  /** Where its keys are. Default: `jwks_uri` of its metadata (RFC 8414, else OpenID Connect Discovery). */
  readonly jwksUri?: string
  /** Limits for every call to it. */
  readonly http?: HttpOptions
  /** What is different for the DPoP proofs that come with its tokens. Default: the `dpop` of the protected resource. */
  readonly dpop?: DpopOptions
}

const common = [
  'audience',
  'algorithms',
  'scopeClaims',
  'clientIdClaims',
  'claims',
  'extend',
  'requires',
  'explain',
  'jwksUri',
  'http',
  'dpop',
]

/** @param own - what may be left out, beside what is common to all issuers */
export function checkIssuerOptionNames(
  where: string,
  options: object,
  demanded: readonly string[],
  own: readonly string[],
): void {
  checkOptionNames(where, options, [...demanded, ...common, ...own])
  checkPresent(where, options, [...common, ...own])
}

/** @throws TypeError */
export function readIssuerOptions(where: string, options: IssuerOptions): Omit<SharedSettings, 'jwksUri'> {
  const { issuer, audience, scopeClaims, clientIdClaims, claims, extend, explain, requires } = options
  for (const [name, given] of Object.entries({ extend, explain })) {
    if (given === undefined || typeof given === 'function') continue
    throw misconfigured(`${where}.${name}`, 'a function', given)
  }
  return {
    issuer,
    audience: ifGiven(audience, (given) => readAudience(`${where}.audience`, given)) ?? {},
    algorithms: readAlgorithms(`${where}.algorithms`, options.algorithms),
    scopeClaims: ifGiven(scopeClaims, (given) => readScopeClaims(`${where}.scopeClaims`, given)),
    clientIdClaims: ifGiven(clientIdClaims, (given) => readStrings(`${where}.clientIdClaims`, given)),
    claimsSchema: ifGiven(claims, (given) => readClaimsSchema(`${where}.claims`, given)),
    extend,
    explain,
    requires,
    http: readHttpOptions(`${where}.http`, options.http),
    dpop: ifGiven(options.dpop, (given) => readDpopOptions(`${where}.dpop`, given)),
  }
}
