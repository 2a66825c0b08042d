import { checkOptionNames, checkPresent, misconfigured, readUrl } from '../configuration.js'

/** What the metadata of a protected resource tells people, beside what is enforced: RFC 9728 §2. */
export interface MetadataOptions {
  /** `resource_name`, the name that people read; as an object, by language tag (BCP 47), with the default under `''`. Default: none. */
  readonly name?: string | Readonly<Record<string, string>>
  /** `resource_documentation`: the URL of a page for developers. Default: none. */
  readonly documentation?: string
  /** `resource_policy_uri`: the URL of a page that tells how clients may use the data. Default: none. */
  readonly policy?: string
  /** `resource_tos_uri`: the URL of the terms of service. Default: none. */
  readonly termsOfService?: string
}

/** What people are told, under the names of RFC 9728. */
export type Described = Readonly<Record<string, string>>

const pages = {
  documentation: 'resource_documentation',
  policy: 'resource_policy_uri',
  termsOfService: 'resource_tos_uri',
} as const

/** Undefined: no metadata is published. @throws TypeError */
export function readMetadataOptions(option: string, given: unknown): Described | undefined {
  if (given === undefined || given === false) return undefined
  if (given === true) return {}
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw misconfigured(option, 'true, false or an object with options', given)
  }
  const names = ['name', ...Object.keys(pages)]
  checkOptionNames(option, given, names)
  const options = given as MetadataOptions
  checkPresent(option, options, names)
  const { name } = options
  const described = name === undefined ? {} : readNames(`${option}.name`, name)
  for (const page of Object.keys(pages) as (keyof typeof pages)[]) {
    if (options[page] !== undefined) described[pages[page]] = readUrl(`${option}.${page}`, options[page])
  }
  return Object.freeze(described)
}

/** BCP 47, as far as it can go wrong in a name of JSON. */
const languageTag = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/

function readNames(option: string, given: unknown): Record<string, string> {
  const names: Record<string, unknown> =
    typeof given === 'object' && given !== null ? { ...given } : { '': given }
  const expected = 'a text, or texts by language tag'
  const entries = Object.entries(names).map(([language, name]) => {
    const isNamed = typeof name === 'string' && name !== ''
    if (!isNamed || (language !== '' && !languageTag.test(language))) {
      throw misconfigured(option, expected, given)
    }
    return [language === '' ? 'resource_name' : `resource_name#${language}`, name]
  })
  if (entries.length === 0) throw misconfigured(option, expected, given)
  return Object.fromEntries(entries) as Record<string, string>
}
