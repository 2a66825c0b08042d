import * as v from 'valibot'

/** How Maskinporten names an organisation: by a number of ISO 6523, such as `0192:910753614`. */
export interface OrganisationClaim {
  readonly authority: 'iso6523-actorid-upis'
  readonly ID: string
}

/** An organisation, by its number in a public register (ISO 6523). */
export interface OrganisationId {
  /** As the token writes it: two to four parts, such as `0192:910753614`. */
  readonly id: string
  /** Which register: `0192` is the Norwegian one (Enhetsregisteret). */
  readonly icd: string
  /** Its nine digits in the Norwegian register; undefined for an organisation of another one. */
  readonly organisationNumber: string | undefined
}

/** In the Norwegian register, nine digits are a number; of the others, no more is known than the form. */
const identifier = v.pipe(
  v.string(),
  v.maxLength(100),
  v.regex(/^(?:0192:\d{9}|(?!0192)\d{4}:[\w.-]+)(?::[\w.-]+){0,2}$/),
)

export const organisationClaim: v.GenericSchema<unknown, OrganisationClaim> = v.looseObject({
  authority: v.literal('iso6523-actorid-upis'),
  ID: identifier,
})

export function organisationId({ ID: id }: OrganisationClaim): OrganisationId {
  const [icd = '', number] = id.split(':')
  return { id, icd, organisationNumber: icd === '0192' ? number : undefined }
}
