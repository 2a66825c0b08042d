import type { ClaimsOf } from '@portcullis/core'
import * as v from 'valibot'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { claimsOf, type PresetSchema } from './claims-of.js'

interface Known {
  readonly client_id: string
  readonly pid?: string | undefined
  readonly level?: string | undefined
}
type Kept = readonly ['pid', 'sid', 'users/']
type Claims<Schema> = ClaimsOf<PresetSchema<Known, Schema, Kept>>

// Without a schema, what the preset knows.
expectTypeOf<Claims<never>['level']>().toEqualTypeOf<string | undefined>()

// What a schema makes of a claim stands in place of what the preset knows, and beside the rest of it.
const making = z.object({ level: z.string().transform(Number), tenant: z.enum(['a', 'b']) })
type Made = Claims<typeof making>
expectTypeOf<Made['level']>().toEqualTypeOf<number>()
expectTypeOf<Made['tenant']>().toEqualTypeOf<'a' | 'b'>()
expectTypeOf<Made['client_id']>().toEqualTypeOf<string>()
expectTypeOf<Made['pid']>().toEqualTypeOf<string | undefined>()
expectTypeOf<Made['exp']>().toEqualTypeOf<number | undefined>()

// A claim that is kept has the type of the preset, or where that does not know it, the one that the schema accepts.
const number = z.string().transform(Number)
const keeping = z.object({ pid: number, sid: number, 'users/name': number, 'users/': number, users: number })
type Raw = Claims<typeof keeping>
expectTypeOf<Raw['pid']>().toEqualTypeOf<string | undefined>()
expectTypeOf<Raw['sid']>().toEqualTypeOf<string>()
expectTypeOf<Raw['users/name']>().toEqualTypeOf<string>()
expectTypeOf<Raw['users/']>().toEqualTypeOf<string>()
expectTypeOf<Raw['users']>().toEqualTypeOf<number>()

// A schema that lets other claims through takes nothing away.
const open = v.looseObject({ level: v.pipe(v.string(), v.transform(Number)) })
expectTypeOf<Claims<typeof open>['level']>().toEqualTypeOf<number>()
expectTypeOf<Claims<typeof open>['client_id']>().toEqualTypeOf<string>()
expectTypeOf<Claims<typeof open>['pid']>().toEqualTypeOf<string | undefined>()
expectTypeOf<Claims<typeof open>['anything']>().toEqualTypeOf<unknown>()

// One of several stays one of several.
const either = z.union([
  z.object({ kind: z.literal('a'), level: number }),
  z.object({ kind: z.literal('b'), unit: z.string() }),
])
declare const claims: Claims<typeof either>
if (claims.kind === 'a') expectTypeOf(claims.level).toEqualTypeOf<number>()
else expectTypeOf(claims.level).toEqualTypeOf<string | undefined>()

// The list of what is kept is read as it stands there.
const kept = claimsOf(v.looseObject({ client_id: v.string() }), keeping, ['sid'])
expectTypeOf<ClaimsOf<typeof kept>['sid']>().toEqualTypeOf<string>()
expectTypeOf<ClaimsOf<typeof kept>['pid']>().toEqualTypeOf<number>()
