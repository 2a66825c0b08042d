import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { isJsonObject, parseJsonObject } from './strict-json.js'

const parse = (text: string) => parseJsonObject(Buffer.from(text))
const errorText = (input: string | Uint8Array) => {
  const error = thrownBy(() => parseJsonObject(Buffer.from(input)))
  expect(error).toBeInstanceOf(SyntaxError)
  return (error as SyntaxError).message
}

/** What `JSON.parse` makes of it, without members called `__proto__`. */
const expected = (text: string) =>
  JSON.parse(text, (name, value) => (name === '__proto__' ? undefined : value))

const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 }))
const indents = fc.constantFrom('', ' ', '\t', '\n')

/** One name in many spellings: each UTF-16 unit as it is or escaped. */
const spelt = (name: string, escaped: readonly boolean[]) => {
  const units = name.split('').map((unit, at) => {
    const plain = JSON.stringify(unit).slice(1, -1)
    return escaped[at % escaped.length] ? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}` : plain
  })
  return `"${units.join('')}"`
}

describe('any JSON object', () => {
  test('is read as JSON.parse reads it, however it is indented (RFC 8259)', () => {
    fc.assert(
      fc.property(objects, indents, (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        expect(parse(text)).toEqual(expected(text))
      }),
    )
  })

  test('comes back frozen through and through', () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(isFrozen))
    fc.assert(fc.property(objects, (object) => isFrozen(parse(JSON.stringify(object)))))
    expect(isFrozen(parse('{"a":[{"b":{}}],"c":[[]]}'))).toBe(true)
  })

  test('is refused when a member name occurs twice, wherever and however it is spelt (JOSE-04, RFC 7519 §4)', () => {
    const steps = fc.array(fc.constantFrom('list', 'object'), { maxLength: 12 })
    const value = fc.jsonValue({ maxDepth: 3 })
    const between = fc.constantFrom('', '"between":{"a":[]},', '"between":"{\\"a\\":1",')
    const spelling = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(
        fc.string(),
        spelling,
        value,
        between,
        steps,
        indents,
        (name, escaped, any, filler, path, space) => {
          fc.pre(name !== 'between')
          const json = JSON.stringify(any)
          const twice = `{${JSON.stringify(name)}${space}:${json},${filler}${space}${spelt(name, escaped)}${space}:${json}}`
          const text = path.reduce(
            (inner, step) => (step === 'list' ? `[0,${inner},0]` : `{"in":${inner}}`),
            twice,
          )
          expect(errorText(`{"whole":${text}}`)).toMatch(/occurs twice/)
        },
      ),
    )
  })
})

describe('member names', () => {
  test.each([
    ['twice at the top', '{"a":1,"a":2}'],
    ['once plain and once escaped', '{"a":1,"\\u0061":2}'],
    ['once with a short escape and once with a long one', '{"\\n":1,"\\u000a":2}'],
    ['twice with white space before the colon', '{"a" \r\n\t:1,"a"\t:2}'],
    ['twice around an object', '{"a":1,"b":{"c":{}},"a":2}'],
    ['twice around a list', '{"a":1,"b":[[],{}],"a":2}'],
    ['twice in an object within a list', '{"b":[{},{"a":1,"a":2}]}'],
    ['twice as __proto__', '{"__proto__":1,"__proto__":2}'],
    ['twice as the empty name', '{"":1,"":2}'],
    ['twice after a string that ends in a backslash', '{"x":"\\\\","a":1,"a":2}'],
  ])('are refused when they occur %s (JOSE-04)', (_, text) => {
    expect(errorText(text)).toMatch(/occurs twice/)
  })

  test.each([
    ['in objects beside each other', '{"a":{"x":1},"b":{"x":1}}'],
    ['in objects within each other', '{"a":{"a":{"a":1}}}'],
    ['in objects of one list', '{"list":[{"a":1},{"a":1}]}'],
    ['as name and as value', '{"a":"a","b":["a","a"]}'],
    ['as text within a string', '{"a":"{\\"a\\":1,\\"a\\":2}"}'],
    ['in different case', '{"a":1,"A":2}'],
  ])('may occur again %s', (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text))
  })
})

describe('nesting', () => {
  const lists = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
  const nestedObjects = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`

  test.each([lists, nestedObjects])('of 32 levels passes (JOSE-35)', (nested) => {
    expect(parse(nested(32))).toEqual(JSON.parse(nested(32)))
  })

  test.each([lists, nestedObjects])('of 33 levels is refused (JOSE-35)', (nested) => {
    expect(errorText(nested(33))).toMatch(/nested deeper than 32/)
  })

  test('of 10,000 levels is refused like any other (JOSE-35)', () => {
    expect(errorText(lists(10_000))).toMatch(/nested deeper than 32/)
  })

  test('counts what is open, not what was closed', () => {
    const wide = JSON.stringify({ a: Array.from({ length: 100 }, () => [{}]) })
    expect(parse(wide)).toEqual(JSON.parse(wide))
  })
})

describe('a member called __proto__', () => {
  test.each([
    ['at the top', '{"__proto__":{"admin":true},"a":1}', { a: 1 }],
    ['within an object', '{"a":{"__proto__":{"admin":true}}}', { a: {} }],
    ['within a list', '{"a":[{"__proto__":{"admin":true}}]}', { a: [{}] }],
    ['spelt with escapes', '{"\\u005f_proto__":{"admin":true}}', {}],
  ])('is dropped %s (JOSE-35)', (_, text, rest) => {
    const parsed = parse(text)
    expect(JSON.parse(JSON.stringify(parsed))).toStrictEqual(rest)
    expect(parsed['admin']).toBeUndefined()
  })

  test('is not found on what every object inherits either: nothing is inherited (JOSE-35)', () => {
    const parsed = parse('{"a":{},"list":[{}]}')
    expect(Object.getPrototypeOf(parsed)).toBeNull()
    expect(Object.getPrototypeOf(parsed['a'])).toBeNull()
    expect(Object.getPrototypeOf((parsed['list'] as object[])[0])).toBeNull()
  })

  test('leaves every other object as it was (JOSE-35)', () => {
    parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')
    expect('polluted' in {}).toBe(false)
  })
})

describe('what is no JSON object in UTF-8', () => {
  test.each([
    ['a list', '[]'],
    ['a string', '"{}"'],
    ['a number', '1'],
    ['null', 'null'],
    ['nothing', ''],
    ['white space', ' '],
    ['a text cut short', '{"a":1'],
    ['two objects', '{}{}'],
    ['a comma too many', '{"a":1,}'],
    ['a comment', '{/**/}'],
    ['NaN', '{"a":NaN}'],
    ['a byte order mark', '\ufeff{}'],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['a byte that UTF-8 does not have', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['an overlong encoding', Buffer.from([0x7b, 0x22, 0xc0, 0xa2, 0x22, 0x3a, 0x31, 0x7d])],
    ['a surrogate in UTF-8', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
  ])('is refused: %s (JOSE-03, RFC 7519 §7.2)', (_, input) => {
    expect(errorText(input)).toMatch(/not (JSON in UTF-8|a JSON object)/)
  })

  test('is not quoted in the error', () => {
    const marker = 'eyJzZWNyZXQ'
    const hostile = [
      marker,
      `"${marker}"`,
      `["${marker}"]`,
      `{"${marker}"`,
      `{"${marker}":1,"${marker}":2}`,
      `{"${marker}":${'['.repeat(40)}${']'.repeat(40)}}`,
      `\ufeff{"${marker}":1}`,
    ]
    for (const text of hostile) {
      const error = thrownBy(() => parse(text)) as Error
      expect(error.stack).not.toContain(marker)
      expect(error.cause).toBeUndefined()
    }
  })

  test('is answered with a SyntaxError and nothing else, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          parseJsonObject(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError)
        }
      }),
    )
  })
})

test.each([
  [{}, true],
  [[], false],
  [null, false],
  ['{}', false],
  [undefined, false],
])('knows what is a JSON object: %j', (value, is) => {
  expect(isJsonObject(value)).toBe(is)
})
