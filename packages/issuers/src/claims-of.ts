import type { ClaimsSchema } from '@portcullis/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'

/** What a preset knows of the claims, together with what a schema of one's own makes of them. */
type PresetClaims<Own extends object, Schema> = [Schema] extends [never]
  ? Own
  : Schema extends StandardSchemaV1<unknown, infer Made extends object>
    ? Own & Made
    : Own

/** @see claimsOf */
export type PresetSchema<Own extends object, Schema> = StandardSchemaV1<unknown, PresetClaims<Own, Schema>>

type Result<Made> = StandardSchemaV1.Result<Made>

/**
 * The claims have to fit both: what the preset knows, and the schema of one's own where there is one, which may make others of them.
 *
 * @param kept - claims that stay as they came, because the preset tells by them who calls
 */
export function claimsOf<Own extends object, Schema extends ClaimsSchema = never>(
  own: StandardSchemaV1<unknown, Own>,
  schema?: Schema,
  kept: readonly string[] = [],
): PresetSchema<Own, Schema> {
  const validate = async (claims: unknown): Promise<Result<object>> => {
    const known = await own['~standard'].validate(claims)
    if (known.issues || !schema) return known
    const made = await schema['~standard'].validate(claims)
    if (made.issues) return made
    const added = Object.entries(made.value).filter(([name]) => !kept.includes(name))
    return { value: { ...known.value, ...Object.fromEntries(added) } }
  }
  return { '~standard': { version: 1, vendor: 'portcullis', validate } } as PresetSchema<Own, Schema>
}
