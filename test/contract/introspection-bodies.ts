import type { HttpAnswer } from '@portcullis/testing'
import { expect } from 'vitest'
import { unavailable } from './answers.js'
import { passes, type Row } from './contract.js'
import { answered } from './introspection-api.js'

type Right = Readonly<Record<string, unknown>>

/** The right answer as it would be sent, but for what is different. */
const sent =
  (different: Partial<HttpAnswer> | ((right: Right) => Partial<HttpAnswer>)) =>
  (right: Right): HttpAnswer => ({
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify(right),
    ...(typeof different === 'function' ? different(right) : different),
  })

const statuses = [201, 204, 206, 304, 400, 401, 403, 404, 429, 500, 503]

const types = [
  '',
  'text/html',
  'text/json',
  'application/problem+json',
  'application/jwt',
  'application/token-introspection+jwt',
]

const goodTypes = ['application/json', 'Application/JSON', 'application/json; charset=utf-8']

const bodies: Readonly<Record<string, (json: string) => string>> = {
  nothing: () => '',
  null: () => 'null',
  'a text': () => '"active"',
  'the right one as a text': (json) => JSON.stringify(json),
  'the right one in a list': (json) => `[${json}]`,
  'the right one twice': (json) => json + json,
  'the right one cut short': (json) => json.slice(0, -1),
  'the right one after a byte order mark': (json) => `\u{feff}${json}`,
  'active twice, first true': (json) => `${json.slice(0, -1)},"active":false}`,
  'active twice, at last true': (json) => `{"active":false,${json.slice(1)}`,
  'active twice, once in escapes': (json) => `{"\\u0061ctive":true,${json.slice(1)}`,
  'exp twice': (json) => `${json.slice(0, -1)},"exp":9999999999}`,
  'cnf with a member twice': (json) => `${json.slice(0, -1)},"cnf":{"jkt":"a","jkt":"b"}}`,
  'lists in lists in lists': (json) => `${json.slice(0, -1)},"x":${'['.repeat(100)}${']'.repeat(100)}}`,
}

const padded = (json: string, bytes: number) => json.padEnd(bytes, ' ')
const limit = 512 * 1024

/** The fault is that of the server, and operators are told. */
function faulty(name: string, hook: (right: Right) => HttpAnswer): Row {
  return {
    name: `answers 503 to ${name}, and never takes it for active (INTRO-05)`,
    request: answered(hook),
    answer: unavailable('introspection_unavailable'),
    also: ({ main, events }) => {
      expect(events.at(-1)).toMatchObject({ message: expect.stringContaining(main.introspectionEndpoint) })
    },
  }
}

/** Answers that are none: RFC 7662 §2.2 and §2.3. */
export const bodyRows: readonly Row[] = [
  ...statuses.map((status) => faulty(`status ${status} with the right answer`, sent({ status }))),
  ...types.map((contentType) =>
    faulty(`the right answer as ${contentType || 'nothing in particular'}`, sent({ contentType })),
  ),
  ...goodTypes.map(
    (contentType): Row => ({
      name: `lets in when the right answer comes as ${contentType} (INTRO-05)`,
      request: answered(sent({ contentType })),
      answer: passes(),
    }),
  ),
  ...Object.entries(bodies).map(([name, write]) =>
    faulty(
      `a body that is ${name}`,
      sent((right) => ({ body: write(JSON.stringify(right)) })),
    ),
  ),
  faulty(
    'a body of one byte too many',
    sent((right) => ({ body: padded(JSON.stringify(right), limit + 1) })),
  ),
  {
    name: 'lets in when the body is as large as it may be (INTRO-05)',
    request: answered(sent((right) => ({ body: padded(JSON.stringify(right), limit) }))),
    answer: passes(),
  },
]
