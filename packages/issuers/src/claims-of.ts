import type { ClaimsSchema } from '@portcullis/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'

type Without<Claims, Names> = {
  [Name in keyof Claims as Name extends Names ? never : Name]: Claims[Name]
}

/** The names that are known one by one: a schema may also know of any others. */
type NamesOf<Claims> = keyof { [Name in keyof Claims as string extends Name ? never : Name]: never }

/** What a schema of one's own makes, in place of what the preset knows; what is kept is as it came, and the schema accepted that. */
type Laid<Own, Given, Made, Kept> = Without<Own, Exclude<NamesOf<Made>, Kept>> &
  Without<Made, Kept> & {
    [Name in keyof Given as Name extends Exclude<Kept, NamesOf<Own>> ? Name : never]: Given[Name]
  }

/** A name; or, with a slash at the end, all that begin so. */
type Named<Names extends string> = Names extends `${string}/` ? `${Names}${string}` : Names

type PresetClaims<Own extends object, Schema, Kept extends readonly string[]> = [Schema] extends [never]
  ? Own
  : Schema extends StandardSchemaV1<infer Given, infer Made>
    ? Made extends object
      ? Laid<Own, Given, Made, Named<Kept[number]>>
      : never
    : Own

/** @see claimsOf */
export type PresetSchema<Own extends object, Schema, Kept extends readonly string[] = []> = StandardSchemaV1<
  unknown,
  PresetClaims<Own, Schema, Kept>
>

type Result<Made> = StandardSchemaV1.Result<Made>

/**
 * The claims have to fit both: what the preset knows, and the schema of one's own where there is one, which may make others of them.
 *
 * @param kept - claims that stay as they came, because the preset tells by them who calls; see {@link isNamed}
 */
export function claimsOf<
  Own extends object,
  Schema extends ClaimsSchema = never,
  const Kept extends readonly string[] = [],
>(own: StandardSchemaV1<unknown, Own>, schema?: Schema, kept?: Kept): PresetSchema<Own, Schema, Kept> {
  const validate = async (claims: unknown): Promise<Result<object>> => {
    const known = await own['~standard'].validate(claims)
    if (known.issues || !schema) return known
    const made = await schema['~standard'].validate(claims)
    if (made.issues) return made
    const added = Object.entries(made.value).filter(([name]) => !isNamed(name, kept ?? []))
    return { value: { ...known.value, ...Object.fromEntries(added) } }
  }
  return { '~standard': { version: 1, vendor: 'portcullis', validate } } as PresetSchema<Own, Schema, Kept>
}

/** @param names - with a slash at the end, all that begin so are meant */
export function isNamed(name: string, names: readonly string[]): boolean {
  return names.some((one) => name === one || (one.endsWith('/') && name.startsWith(one)))
}
