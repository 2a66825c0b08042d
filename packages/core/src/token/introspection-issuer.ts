import { ifGiven, misconfigured, readSeconds, readUrl } from '../configuration.js'
import type { ClaimsOf, ClaimsSchema } from './claims-schema.js'
import { type IntrospectionClient, readClient } from './introspection-client.js'
import { readIssuerIdentifier } from './issuer-identifier.js'
import { checkIssuerOptionNames, type IssuerOptions, readIssuerOptions } from './issuer-options.js'
import type { IntrospectionIssuerSettings } from './issuer-settings.js'
import { type TrustedIssuer, trustedIssuer } from './trusted-issuer.js'

/** What to trust in an authorization server that has to be asked about its tokens: RFC 7662. */
export interface IntrospectionIssuerOptions<
  Issuer extends string = string,
  Schema extends ClaimsSchema = ClaimsSchema,
  Extras extends object = object,
> extends IssuerOptions<Issuer, Schema, Extras> {
  /** Where it is asked. Default: `introspection_endpoint` of its metadata (RFC 8414, else OpenID Connect Discovery). */
  readonly endpoint?: string
  /** As whom this resource asks. */
  readonly client: IntrospectionClient
  /** How it is asked. Default `form`, as RFC 7662 §2.1 has it; `json` for servers that want the same parameters as a JSON object. */
  readonly requestFormat?: 'form' | 'json'
  /**
   * Whether a token that is no JWT may be one of its own, by length, prefix or characters. Needed where several issuers
   * are asked; the first one that accepts a token is asked about it, and no other. Default: every one.
   */
  readonly accepts?: (token: string) => boolean
  /** JWTs that name it in `iss` are refused, and nobody is asked about them: it issues none. Default false. */
  readonly opaqueOnly?: boolean
  /** `{ absent: 'allowed' }`: answers need not tell when the token expires. Default: they must. */
  readonly expiry?: { readonly absent: 'allowed' }
  /**
   * Only signed answers are accepted. `true`: as RFC 9701 has them. `application/jwt`: JWTs of that media type whose claims are the
   * members of the answer, as servers make them that do not follow RFC 9701. Default false: plain JSON is asked for.
   */
  readonly signed?: boolean | 'application/jwt'
  /** How long an answer is relied on, never past `exp`: a revoked token may live so long. In seconds; default 60, at most 3,600. */
  readonly cacheSeconds?: number
  /** How many questions may be without an answer; beyond that, requests are a 503. Default 50. */
  readonly maxConcurrent?: number
}

const where = 'introspectionIssuer'
const optional = [
  'endpoint',
  'requestFormat',
  'accepts',
  'opaqueOnly',
  'expiry',
  'signed',
  'cacheSeconds',
  'maxConcurrent',
]

/**
 * Trusts the tokens that one authorization server declares active when it is asked: opaque tokens, and JWTs that name it in
 * `iss` when no `jwtIssuer` does.
 *
 * @throws TypeError when an option is wrong; nothing is fetched yet.
 * @example introspectionIssuer({ issuer: 'https://as.example.com', client: { id: 'accounts-api', secret } })
 */
export function introspectionIssuer<
  const Issuer extends string,
  Schema extends ClaimsSchema = never,
  Extras extends object = object,
>(
  options: IntrospectionIssuerOptions<Issuer, Schema, Extras>,
): TrustedIssuer<Issuer, ClaimsOf<Schema>, Extras> {
  checkIssuerOptionNames(where, options, ['issuer', 'client'], optional)
  const { issuer, endpoint, signed = false, jwksUri } = options
  const needsMetadata = endpoint === undefined || (signed !== false && jwksUri === undefined)
  return trustedIssuer(
    readIssuerIdentifier(`${where}.issuer`, issuer, needsMetadata),
    readSettings(options as IntrospectionIssuerOptions),
  )
}

function readSettings(options: IntrospectionIssuerOptions): IntrospectionIssuerSettings {
  checkChoices(options)
  const { issuer, endpoint, client, accepts, expiry, signed = false, jwksUri } = options
  if (signed === false && (options.algorithms !== undefined || jwksUri !== undefined)) {
    throw new TypeError(`${where}: algorithms and jwksUri are for signed answers; add signed: true`)
  }
  return {
    kind: 'introspection',
    ...readIssuerOptions(where, options),
    endpoint: ifGiven(endpoint, (given) => readUrl(`${where}.endpoint`, given)),
    authenticate: readClient(`${where}.client`, client, issuer),
    clientId: client.id,
    requestFormat: options.requestFormat ?? 'form',
    accepts,
    opaqueOnly: options.opaqueOnly ?? false,
    expiryMayBeAbsent: expiry !== undefined,
    signed,
    jwksUri: ifGiven(jwksUri, (given) => readUrl(`${where}.jwksUri`, given)),
    cacheSeconds: readSeconds(`${where}.cacheSeconds`, options.cacheSeconds, 60, 3600),
    maxConcurrent: readMaxConcurrent(options.maxConcurrent),
  }
}

function checkChoices({
  accepts,
  expiry,
  opaqueOnly,
  requestFormat,
  signed,
}: IntrospectionIssuerOptions): void {
  if (accepts !== undefined && typeof accepts !== 'function') {
    throw misconfigured(`${where}.accepts`, 'a function', accepts)
  }
  if (opaqueOnly !== undefined && typeof opaqueOnly !== 'boolean') {
    throw misconfigured(`${where}.opaqueOnly`, 'true or false', opaqueOnly)
  }
  if (expiry !== undefined && expiry?.absent !== 'allowed') {
    throw misconfigured(`${where}.expiry`, "{ absent: 'allowed' }", expiry)
  }
  if (requestFormat !== undefined && !['form', 'json'].includes(requestFormat)) {
    throw misconfigured(`${where}.requestFormat`, 'form or json', requestFormat)
  }
  if (signed !== undefined && ![true, false, 'application/jwt'].includes(signed)) {
    throw misconfigured(`${where}.signed`, "true or false, or 'application/jwt'", signed)
  }
}

function readMaxConcurrent(given: number = 50): number {
  if (Number.isInteger(given) && given > 0 && given <= 10_000) return given
  throw misconfigured(`${where}.maxConcurrent`, 'a whole number from 1 to 10,000', given)
}
