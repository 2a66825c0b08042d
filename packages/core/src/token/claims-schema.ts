import type { StandardSchemaV1 } from '@standard-schema/spec'
import { misconfigured } from '../configuration.js'
import { isJsonObject, type JsonObject } from '../jws/strict-json.js'
import { quote, Rejection, Unavailable } from '../rejection.js'
import type { AccessTokenClaims, RegisteredClaims } from './access-token.js'

/** Any schema by the Standard Schema specification, version 1, that makes an object: of Zod, Valibot, ArkType and others. */
export type ClaimsSchema = StandardSchemaV1<unknown, object>

/** What `principal.claims` is: with a schema, the registered claims and what the schema makes. */
export type ClaimsOf<Schema> = [Schema] extends [never]
  ? AccessTokenClaims
  : Schema extends StandardSchemaV1<unknown, infer Made>
    ? RegisteredClaims & { readonly [Name in keyof Made]: Made[Name] }
    : AccessTokenClaims

/** @throws TypeError */
export function readClaimsSchema(option: string, given: ClaimsSchema): ClaimsSchema {
  const standard: unknown = (given as ClaimsSchema | null)?.['~standard']
  const { version, validate } = (standard ?? {}) as Record<string, unknown>
  if (version === 1 && typeof validate === 'function') return given
  throw misconfigured(option, 'a schema by Standard Schema, such as z.object({ … })', given)
}

/**
 * What the schema makes of the claims. A claim that it does not know stays as it came.
 *
 * @throws Rejection token_claim_invalid; Unavailable check_unavailable when the schema throws, or makes no object
 */
export async function fittedClaims(claims: JsonObject, schema: ClaimsSchema): Promise<AccessTokenClaims> {
  const { misfits, value } = await validated(claims, schema)
  if (misfits) {
    const message = `the claims do not fit the schema at ${misfits.join(', ')}`
    throw new Rejection('token_claim_invalid', message)
  }
  if (!isJsonObject(value)) throw unavailable('made no object of the claims')
  return frozen(Object.assign(Object.create(null) as AccessTokenClaims, claims, value))
}

interface Validated {
  readonly misfits?: readonly string[]
  readonly value?: unknown
}

/** How many of them operators are told. */
const maxMisfits = 5

async function validated(claims: JsonObject, schema: ClaimsSchema): Promise<Validated> {
  try {
    const { issues, ...made }: StandardSchemaV1.Result<unknown> = await schema['~standard'].validate(claims)
    return issues ? { misfits: issues.slice(0, maxMisfits).map((issue) => printed(issue, claims)) } : made
  } catch {
    // What it threw may be anything, so nothing of it is told.
    throw unavailable('threw, or answered with what is no result of Standard Schema')
  }
}

function unavailable(what: string): Unavailable {
  return new Unavailable('check_unavailable', `the schema for claims ${what}`, { retryAfterSeconds: 1 })
}

/** Which claim, and of what type it is. The schema's own message may quote the claim, and that a person's name or number. */
function printed({ path = [] }: StandardSchemaV1.Issue, claims: JsonObject): string {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part))
  let found: unknown = claims
  for (const key of keys) found = (found as Record<PropertyKey, unknown> | null | undefined)?.[key]
  return `${quote(keys.map(String).join('.'))} (${found === null ? 'null' : typeof found})`
}

/** Lists and plain objects are frozen: the next request with the same token sees them. What else a schema makes stays as it is. */
export function frozen<T>(value: T, seen: Set<unknown> = new Set()): T {
  if (typeof value !== 'object' || value === null || seen.has(value)) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!Array.isArray(value) && prototype !== null && prototype !== Object.prototype) return value
  seen.add(value)
  for (const member of Object.values(value)) frozen(member, seen)
  return Object.freeze(value)
}
