import { type RawPart, signRaw } from '../sign-raw.js'
import { appendMember } from './raw-member.js'
import { type TestToken, testToken } from './test-token.js'

/** What stands where a JSON object should, made of that object's text. */
export const jsonForms: Readonly<Record<string, (json: string) => RawPart>> = {
  'an array with the object in it': (json) => `[${json}]`,
  'a string with the object in it': (json) => JSON.stringify(json),
  'a number': () => '5',
  null: () => 'null',
  'an object in UTF-16': (json) => Buffer.from(json, 'utf16le'),
  'an object after a byte order mark': (json) => `\uFEFF${json}`,
  'an object with a byte that is not UTF-8': (json) => withBytes(json, [0xff]),
  'an object with an overlong form': (json) => withBytes(json, [0xc0, 0xaf]),
  'an object with half of a surrogate pair': (json) => withBytes(json, [0xed, 0xa0, 0x80]),
  'an object with a line break in a string': (json) => withBytes(json, [0x0a]),
  'an object cut short': (json) => json.slice(0, -1),
  'an object with a comma too many': (json) => `${json.slice(0, -1)},}`,
  'an object with a comment': (json) => `${json}/**/`,
  'an object with a NUL after it': (json) => `${json}\0`,
  'two objects': (json) => `${json}${json}`,
}

const depths: Record<string, string> = {
  'arrays, 5 000 deep': '['.repeat(5_000) + ']'.repeat(5_000), // fits into the 16 KB of a header that Node accepts
  'arrays, 10 000 deep': '['.repeat(10_000) + ']'.repeat(10_000),
  'objects, 10 000 deep': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
}

/** Tokens with a good signature over what is not one JSON object in UTF-8, or over one too deep (RFC 7519 §7.2). */
export const jsonTokens: readonly TestToken[] = [
  ...Object.entries(jsonForms).flatMap(([name, form]) => [
    testToken('JOSE-03', `header is ${name}`, (server) => {
      const draft = server.draft()
      return signRaw({ ...draft, header: form(JSON.stringify(draft.header)) })
    }),
    testToken('JOSE-03', `payload is ${name}`, (server) => {
      const draft = server.draft()
      return signRaw({ ...draft, payload: form(JSON.stringify(draft.payload)) })
    }),
  ]),
  ...Object.entries(depths).map(([name, json]) =>
    testToken('JOSE-35', `claim of ${name}`, (server) => {
      const draft = server.draft()
      return signRaw({ ...draft, payload: appendMember(draft.payload, 'deep', json) })
    }),
  ),
]

/** Adds a member whose value is a string of these bytes. */
function withBytes(json: string, bytes: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from(`${json.slice(0, -1)},"note":"`), Buffer.from(bytes), Buffer.from('"}')])
}
