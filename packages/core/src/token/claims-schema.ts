import type { StandardSchemaV1 } from '@standard-schema/spec'
import { howItFailed, inTime } from '../application-code.js'
import { misconfigured } from '../configuration.js'
import { isJsonObject, type JsonObject } from '../jws/strict-json.js'
import { kindOfValue, quote, Rejection, Unavailable } from '../rejection.js'
import type { AccessTokenClaims, RegisteredClaims } from './access-token.js'
import { deepFrozenCopy } from './frozen-copy.js'

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
 * @throws Rejection token_claim_invalid; Unavailable check_unavailable when the schema throws, takes longer than 5 s, or makes no object
 */
export async function fittedClaims(claims: JsonObject, schema: ClaimsSchema): Promise<AccessTokenClaims> {
  const { misfits, made } = await validate(claims, schema)
  if (misfits) {
    const message = `the claims do not fit the schema at ${misfits.join(', ')}`
    throw new Rejection('token_claim_invalid', message)
  }
  if (!isJsonObject(made)) throw unavailable('made no object of the claims')
  return Object.freeze(Object.assign(Object.create(null) as AccessTokenClaims, claims, made))
}

interface Validated {
  readonly misfits?: readonly string[]
  /** Frozen, as far as it is plain data. */
  readonly made?: unknown
}

/** How many of them operators are told. */
const maxMisfits = 5

async function validate(claims: JsonObject, schema: ClaimsSchema): Promise<Validated> {
  const result = await ask(claims, schema)
  try {
    const { issues } = result
    if (issues) return { misfits: issues.slice(0, maxMisfits).map((issue) => placeOf(issue, claims)) }
    return { made: deepFrozenCopy(result.value) }
  } catch (cause) {
    // What it made may have getters, and those may throw.
    throw unavailable('answered with what is no result of Standard Schema, or cannot be read', cause)
  }
}

async function ask(claims: JsonObject, schema: ClaimsSchema): Promise<StandardSchemaV1.Result<unknown>> {
  try {
    return await inTime(() => schema['~standard'].validate(claims))
  } catch (cause) {
    throw unavailable(howItFailed(cause), cause)
  }
}

function unavailable(what: string, cause?: unknown): Unavailable {
  return new Unavailable('check_unavailable', `the schema for claims ${what}`, {
    cause,
    retryAfterSeconds: 1,
  })
}

/** Which claim, and of what kind it is. The schema's own message may quote the claim, and that a person's name or number. */
function placeOf({ path = [] }: StandardSchemaV1.Issue, claims: JsonObject): string {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part))
  let found: unknown = claims
  for (const key of keys) found = (found as Record<PropertyKey, unknown> | null | undefined)?.[key]
  const place = keys.length === 0 ? 'the root' : quote(keys.map(nameOf).join('.'))
  return `${place} (${kindOfValue(found)})`
}

/** Such as claims have, URLs among them. */
const claimName = /^[A-Za-z_][\w:/.-]{0,63}$/

/** The key of an object may be personal data like its value: only what looks like a name is told, and the places in lists. */
function nameOf(key: PropertyKey): string {
  return typeof key === 'number' || claimName.test(String(key)) ? String(key) : '*'
}
