import { type ClaimsSchema, introspectionIssuer, jwtIssuer } from '@portcullis/core'
import * as v from 'valibot'
import { expect } from 'vitest'
import { z } from 'zod'
import { refusal, unavailable } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { start } from './kit.js'
import { bearer, minted } from './requests.js'
import type { RequiredName } from './required.js'

const withZod = z.object({
  tenant: z.enum(['north', 'south']),
  person: z.object({ number: z.string().regex(/^\d{11}$/) }).optional(),
})
const withValibot = v.object({
  tenant: v.picklist(['north', 'south']),
  person: v.optional(v.object({ number: v.pipe(v.string(), v.regex(/^\d{11}$/)) })),
})

/** It throws, or makes what is no object, as a claim says. */
const broken: ClaimsSchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: async (claims) => {
      const { tenant } = claims as { tenant: string }
      if (tenant === 'throws') throw new Error(`cannot look up ${tenant}`)
      return { value: tenant as unknown as object }
    },
  },
}

/** Numbers of persons that nobody may read in a log. */
const person = { number: '0101199812345x' }
const strange = 'tenant-of-a-person-with-a-name'

const claims: readonly (readonly [what: string, claims: object, isGood: boolean])[] = [
  ['that fit', { tenant: 'north' }, true],
  ['that fit, deep inside', { tenant: 'south', person: { number: '01011998123' } }, true],
  ['without one that is demanded', {}, false],
  ['with another value', { tenant: strange }, false],
  ['with another type', { tenant: ['north'] }, false],
  ['with null', { tenant: null }, false],
  ['that do not fit deep inside', { tenant: 'north', person }, false],
]

const withoutValues: NonNullable<Row['also']> = ({ events }) => {
  const told = JSON.stringify(events)
  for (const value of [strange, person.number]) expect(told).not.toContain(value)
}
/** Which claim it is, and of what type. */
const toldWhich: NonNullable<Row['also']> = ({ events }) => {
  const message = expect.stringMatching(
    /^the claims do not fit the schema at "(tenant|person\.number)" \((undefined|null|list|string)\)$/,
  )
  expect(events).toEqual([expect.objectContaining({ code: 'token_claim_invalid', message })])
}

contract(
  'C. Claims that have to fit a schema',
  (['main', 'other', 'legacy'] as const).flatMap((from) => {
    const how = { main: 'Zod', other: 'Valibot', legacy: 'Zod, in the answer of introspection' }[from]
    return claims.map(([what, given, isGood]): Row => {
      const options = { claims: { ...given } }
      return {
        name: `${isGood ? 'lets in' : 'refuses'} claims ${what}: ${how} (AT-10, AT-11)`,
        request: async (kit) =>
          bearer(await (from === 'legacy' ? kit[from].mintOpaque(options) : kit[from].mint(options))),
        answer: isGood ? passes() : refusal('token_claim_invalid'),
        also: async (...seen) => {
          await withoutValues(...seen)
          if (!isGood) await toldWhich(...seen)
        },
      }
    })
  }),
  {
    issuers: ({ main, other, legacy }) => [
      jwtIssuer({ issuer: main.issuer, claims: withZod }),
      jwtIssuer({ issuer: other.issuer, audience: 'accounts', claims: withValibot }),
      introspectionIssuer({
        issuer: legacy.issuer,
        endpoint: legacy.introspectionEndpoint,
        client: legacy.introspectionClient,
        claims: withZod,
      }),
    ],
  },
)

contract(
  'C. A schema for claims that is broken',
  ['throws', 'no object'].map(
    (tenant): Row => ({
      name: `is nobody's fault: ${tenant} (AT-10)`,
      request: async ({ main }) => bearer(await main.mint({ claims: { tenant } })),
      answer: unavailable('check_unavailable'),
      also: ({ events }) => expect(JSON.stringify(events)).not.toContain(`look up ${tenant}`),
    }),
  ),
  { issuers: ({ main }) => [jwtIssuer({ issuer: main.issuer, claims: broken })] },
)

contract(
  'C. Claims that do not fit are told',
  [
    {
      name: 'after a token that expired (AT-10, BEARER-22)',
      request: async ({ main }) => bearer(await main.mint({ expiresInSeconds: 0 })),
      answer: refusal('token_expired'),
    },
    {
      name: 'before what a route requires (AT-10, BEARER-22)',
      request: async ({ main }) => bearer(await main.mint(), { target: '/required/everything' }),
      answer: refusal('token_claim_invalid'),
    },
  ],
  { issuers: ({ main }) => [jwtIssuer({ issuer: main.issuer, claims: withZod })] },
)

/** It fills in what no token says, and makes something else of what one does. */
const inventive = z.object({
  acr: z.string().default('gold'),
  auth_time: z
    .number()
    .transform((seconds) => new Date(seconds * 1000))
    .optional(),
  tenant: z
    .string()
    .transform(() => 'north')
    .optional(),
})
const on = (name: RequiredName) => ({ target: `/required/${name}` })

contract(
  'C. What a schema makes of claims meets no requirement',
  [
    {
      name: 'an acr that it fills in (STEP-03)',
      request: minted({ claims: { sub: 'user-1' } }, on('acr')),
      answer: refusal('authentication_insufficient', { acrValues: 'gold silver' }),
    },
    {
      name: 'a tenant that it puts in place of another',
      request: minted({ claims: { tenant: 'east' } }, on('claim')),
      answer: refusal('requirement_unmet'),
    },
    {
      name: 'but what the token says does: an auth_time of which it made a Date (STEP-03)',
      request: minted({ claims: { sub: 'user-1', auth_time: start / 1000 } }, on('max-age')),
      answer: passes(),
    },
  ],
  { issuers: ({ main }) => [jwtIssuer({ issuer: main.issuer, claims: inventive })] },
)
