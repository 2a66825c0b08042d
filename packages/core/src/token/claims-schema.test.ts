import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { reasonOf, typeErrorOf } from '../../test-support/refusal.js'
import { draftClaims, issuer } from '../../test-support/tokens.js'
import { type JsonObject, parseJsonObject } from '../jws/strict-json.js'
import { type ClaimsSchema, fittedClaims, readClaimsSchema } from './claims-schema.js'

const org = { id: '5', units: ['a'] }
const good = { tenant: 'north', level: 3, org }
/** As they come out of a token: frozen, and inheriting nothing. */
const claimsOf = (changes: object = {}): JsonObject =>
  parseJsonObject(Buffer.from(JSON.stringify(draftClaims({ ...good, ...changes }))))

type Validate = (value: unknown) => unknown

function handMade(validate: Validate): ClaimsSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } } as unknown as ClaimsSchema
}

const schemas: readonly (readonly [string, ClaimsSchema])[] = [
  [
    'Zod',
    z.object({
      tenant: z.enum(['north', 'south']),
      level: z.number().int(),
      org: z.object({ id: z.string().transform(Number), units: z.array(z.string()) }),
      plan: z.string().default('free'),
    }),
  ],
  [
    'Valibot',
    v.object({
      tenant: v.picklist(['north', 'south']),
      level: v.pipe(v.number(), v.integer()),
      org: v.object({ id: v.pipe(v.string(), v.transform(Number)), units: v.array(v.string()) }),
      plan: v.optional(v.string(), 'free'),
    }),
  ],
  [
    'one that is made by hand and takes its time',
    handMade(async (value) => {
      await new Promise(setImmediate)
      const { tenant, level, org } = value as typeof good
      if (!['north', 'south'].includes(tenant))
        return { issues: [{ message: `no ${tenant}`, path: ['tenant'] }] }
      if (!Number.isInteger(level)) return { issues: [{ message: 'no', path: [{ key: 'level' }] }] }
      if (typeof org?.id !== 'string') return { issues: [{ message: 'no', path: ['org', { key: 'id' }] }] }
      return { value: { tenant, level, org: { ...org, id: Number(org.id) }, plan: 'free' } }
    }),
  ],
]

describe.each(schemas)('a schema of %s', (_, schema) => {
  test('is taken', () => {
    expect(readClaimsSchema('here', schema)).toBe(schema)
  })

  test('makes what it says of the claims, and leaves those as they came that it does not know', async () => {
    const claims = claimsOf({ other: { deep: [1] } })
    const fitted = await fittedClaims(claims, schema)
    expect({ ...fitted }).toEqual({ ...claims, org: { id: 5, units: ['a'] }, plan: 'free' })
    expect(fitted['other']).toBe(claims['other'])
  })

  test('changes nothing of the claims themselves', async () => {
    const claims = claimsOf()
    const before = JSON.stringify(claims)
    await fittedClaims(claims, schema)
    expect(JSON.stringify(claims)).toBe(before)
  })

  test('makes what is frozen through and through, and inherits nothing', async () => {
    const fitted = await fittedClaims(claimsOf(), schema)
    const { org } = fitted as unknown as { org: { units: unknown } }
    for (const part of [fitted, org, org.units]) expect(Object.isFrozen(part)).toBe(true)
    expect(Object.getPrototypeOf(fitted)).toBe(null)
  })

  test.each([
    [{ tenant: 'c2VjcmV0' }, '"tenant" (string)'],
    [{ tenant: ['north'] }, '"tenant" (list)'],
    [{ tenant: undefined }, '"tenant" (undefined)'],
    [{ tenant: null }, '"tenant" (null)'],
    [{ level: 1.5 }, '"level" (number)'],
    [{ level: '3' }, '"level" (string)'],
    [{ org: { ...org, id: 86_753_091 } }, '"org.id" (number)'],
  ])('refuses %j; operators are told where, and no value (BCP-02)', async (changes, where) => {
    const error = await reasonOf(fittedClaims(claimsOf(changes), schema))
    expect(error).toMatchObject({
      name: 'Rejection',
      code: 'token_claim_invalid',
      status: 401,
      error: 'invalid_token',
      message: `the claims do not fit the schema at ${where}`,
    })
    expect(String(error)).not.toMatch(/c2VjcmV0|86753091|1\.5/)
    expect(error).not.toHaveProperty('cause')
  })
})

test('every misfit is told, but no more than five', async () => {
  const [, zod] = schemas[0] as [string, ClaimsSchema]
  const error = await reasonOf(fittedClaims(claimsOf({ tenant: 5, level: 'x' }), zod))
  expect(error).toMatchObject({ message: expect.stringMatching(/"tenant" \(number\), "level" \(string\)$/) })
  const list = z.object({ list: z.array(z.string()) })
  const long = await reasonOf(fittedClaims(claimsOf({ list: Array.from({ length: 500 }, () => 5) }), list))
  expect(long).toMatchObject({ message: expect.stringMatching(/"list\.4" \(number\)$/) })
})

test('a schema that allows no other claims refuses every token: it sees the registered ones, too', async () => {
  const strict = z.strictObject({ tenant: z.string(), level: z.number(), org: z.unknown() })
  expect(await reasonOf(fittedClaims(claimsOf(), strict))).toMatchObject({
    code: 'token_claim_invalid',
    message: 'the claims do not fit the schema at the root (object)',
  })
})

test.each([
  ['unit', 'map.unit'],
  ['helseid://claims/client/orgnr-1', 'map.helseid://claims/client/orgnr-1'],
  ['01011998123', 'map.*'],
  ['kari@example.com', 'map.*'],
  ['a b', 'map.*'],
  ['é\r\n"', 'map.*'],
  ['x'.repeat(65), 'map.*'],
])(
  'a name that comes from the token is told only where it looks like one: %j (BCP-02)',
  async (name, told) => {
    const names = z.object({ map: z.record(z.string(), z.number()) })
    const error = await reasonOf(fittedClaims(claimsOf({ map: { [name]: 'x' } }), names))
    expect(error).toMatchObject({ message: `the claims do not fit the schema at "${told}" (string)` })
  },
)

test('of a symbol in a path nothing is told', async () => {
  const schema = handMade(() => ({ issues: [{ message: 'no', path: ['map', Symbol('01011998123')] }] }))
  expect(await reasonOf(fittedClaims(claimsOf(), schema))).toMatchObject({
    message: 'the claims do not fit the schema at "map.*" (undefined)',
  })
})

test('whole parts that a schema froze only outside are frozen inside as well', async () => {
  const frozenOutside = handMade(() => ({ value: { part: Object.freeze({ list: [{}] }) } }))
  const { part } = (await fittedClaims(claimsOf(), frozenOutside)) as unknown as { part: { list: [object] } }
  expect([Object.isFrozen(part.list), Object.isFrozen(part.list[0])]).toEqual([true, true])
})

test('a part that contains itself is frozen, too', async () => {
  const part: Record<string, unknown> = {}
  part['itself'] = part
  const fitted = await fittedClaims(
    claimsOf(),
    handMade(() => ({ value: { part } })),
  )
  const copy = fitted['part'] as typeof part
  expect([copy['itself'] === copy, Object.isFrozen(copy)]).toEqual([true, true])
})

test('what belongs to the application is not frozen, and what it changes later changes no claims', async () => {
  const plans = { free: { limits: [1, 2] } }
  const fitted = await fittedClaims(
    claimsOf(),
    handMade(() => ({ value: { plan: plans.free } })),
  )
  plans.free.limits.push(3)
  expect(fitted['plan']).toEqual({ limits: [1, 2] })
  expect([Object.isFrozen(plans.free), Object.isFrozen(plans.free.limits)]).toEqual([false, false])
})

test('what is no plain data stays as the schema made it', async () => {
  const dates = z.object({ iat: z.number().transform((seconds) => new Date(seconds * 1000)) })
  const bytes = handMade(() => ({ value: { bytes: new Uint8Array(1) } }))
  expect((await fittedClaims(claimsOf(), dates)).iat).toBeInstanceOf(Date)
  expect((await fittedClaims(claimsOf(), bytes))['bytes']).toEqual(new Uint8Array(1))
})

test('a member called __proto__ is a member like others (JOSE-35)', async () => {
  const value: unknown = JSON.parse('{"__proto__":{"admin":true}}')
  const fitted = await fittedClaims(
    claimsOf(),
    handMade(() => ({ value })),
  )
  expect([fitted['admin'], Object.getPrototypeOf(fitted)]).toEqual([undefined, null])
})

test('is asked once, with the claims alone', async () => {
  const validate = vi.fn((value: unknown) => ({ value }))
  const claims = claimsOf()
  await fittedClaims(claims, handMade(validate))
  expect(validate.mock.calls).toEqual([[claims]])
})

describe('a schema that is broken is nobody’s fault: 503, and nothing is told of what it threw', () => {
  const unavailable = { name: 'Unavailable', code: 'check_unavailable', status: 503, retryAfterSeconds: 1 }
  const cause = new RangeError('postgres://user:s3cr3t@db')
  const broken = () => {
    throw cause
  }
  const errorOf = (validate: Validate) => reasonOf(fittedClaims(claimsOf(), handMade(validate)))

  test.each<[string, Validate]>([
    ['throws', broken],
    ['rejects', () => Promise.reject(cause)],
  ])('%s: its class is told, and it is the cause', async (_, validate) => {
    const message = 'the schema for claims threw RangeError'
    expect(await errorOf(validate)).toMatchObject({ ...unavailable, message, cause })
  })

  test.each<[string, Validate]>([
    ['with nothing', () => undefined],
    ['with null', async () => null],
    ['with issues that are no list', () => ({ issues: 5 })],
    ['with an issue that is none', () => ({ issues: [null] })],
    [
      'with a getter that throws',
      () => ({ value: Object.defineProperty({}, 'a', { get: broken, enumerable: true }) }),
    ],
    [
      'with one deep inside',
      () => ({ value: { a: [Object.defineProperty({}, 'b', { get: broken, enumerable: true })] } }),
    ],
  ])('answers %s', async (_, validate) => {
    const message =
      'the schema for claims answered with what is no result of Standard Schema, or cannot be read'
    const error = await errorOf(validate)
    expect(error).toMatchObject({ ...unavailable, message, cause: expect.any(Error) })
    expect(String(error)).not.toContain('s3cr3t')
  })

  describe('takes its time', () => {
    beforeEach(() => void vi.useFakeTimers())
    afterEach(() => void vi.useRealTimers())

    test('and is waited for five seconds', async () => {
      const error = errorOf(() => new Promise(() => undefined))
      await vi.advanceTimersByTimeAsync(5000)
      const message = 'the schema for claims gave no answer in 5 s'
      expect(await error).toMatchObject({ ...unavailable, message })
    })
  })

  test.each([undefined, null, 'text', 5, [good], true])('makes %j of the claims', async (value) => {
    expect(
      await reasonOf(
        fittedClaims(
          claimsOf(),
          handMade(() => ({ value })),
        ),
      ),
    ).toMatchObject({
      ...unavailable,
      message: 'the schema for claims made no object of the claims',
    })
  })
})

describe('no schema', () => {
  test.each([
    null,
    5,
    'schema',
    {},
    [],
    () => true,
    { '~standard': null },
    { '~standard': { version: 1 } },
    { '~standard': { version: 2, validate: () => ({ value: {} }) } },
    { '~standard': { version: 1, validate: 'yes' } },
    z,
  ])('is a TypeError: %#', (given) => {
    expect(typeErrorOf(() => readClaimsSchema('jwtIssuer.claims', given as unknown as ClaimsSchema))).toMatch(
      /^jwtIssuer\.claims: expected a schema by Standard Schema, such as z\.object\(\{ … \}\), got /,
    )
  })
})

test('the schemas of both libraries are Standard Schemas by its own types', () => {
  const made: StandardSchemaV1[] = [
    z.object({ iss: z.literal(issuer) }),
    v.object({ iss: v.literal(issuer) }),
  ]
  for (const schema of made) expect(schema['~standard'].version).toBe(1)
})
