import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { principalWith } from '../../test-support/principals.js'
import { moment } from '../../test-support/tokens.js'
import type { Principal } from '../principal.js'
import { Rejection, Unavailable } from '../rejection.js'
import type { RejectionCode } from '../rejection-codes.js'
import { authorize } from './authorize.js'
import { Inquiry } from './inquiry.js'
import { acr } from './kinds/acr.js'
import { check } from './kinds/check.js'
import { claim } from './kinds/claim.js'
import { client } from './kinds/client.js'
import { details } from './kinds/details.js'
import { maxAge } from './kinds/max-age.js'
import { permission } from './kinds/permission.js'
import { role } from './kinds/role.js'
import { scope } from './kinds/scope.js'
import { allOf, anyOf, type Requirement, readRequirement } from './requirement.js'
import type { Predicate } from './verdict.js'

type Truth = 'yes' | 'no' | 'unknown'
type Many<T> = [T, ...T[]]

/** Rules of the application's own, by what they say. `odd` is no yes. */
const says = {
  yes: [() => true, async () => true],
  no: [() => false, async () => false, () => 'odd', async () => undefined],
  unknown: [
    () => Promise.reject(new Error('down')),
    () => {
      throw new Error('down')
    },
  ],
} as const
const truthOf = new Map<unknown, Truth>(
  (Object.keys(says) as Truth[]).flatMap((truth) => says[truth].map((rule) => [rule, truth] as const)),
)

const names = ['a', 'b', 'c'] as const
const some = <T>(values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 })
const any = (values: readonly string[]) => fc.subarray([...values])

const acrs = some(names).map((values) => acr(...(values as Many<string>)))
const ages = fc.constantFrom(0, 10, 100).map((seconds) => maxAge(seconds))
const scopes = some(names).map((values) => scope(...(values as Many<string>)))
const given = fc.oneof(
  some(names).map((values) => role(...(values as Many<string>))),
  some(names).map((values) => permission(...(values as Many<string>))),
  some(names).map((values) => claim('tenant', values)),
  some(names).map((values) => client(...(values as Many<string>))),
  fc.record({ type: fc.constantFrom(...names), actions: some(names) }).map((needed) => details(needed)),
)
const checks = (truths: readonly Truth[]) =>
  fc
    .constantFrom(...truths.flatMap((truth) => says[truth].map((rule) => rule as unknown as Predicate)))
    .map((rule) => check('rule', rule))

const trees = (truths: readonly Truth[]): fc.Arbitrary<Requirement> =>
  fc.letrec<{ tree: Requirement }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { arbitrary: fc.oneof(scopes, acrs, ages, given, checks(truths)), weight: 3 },
      {
        arbitrary: fc
          .array(tie('tree'), { minLength: 1, maxLength: 3 })
          .map((of) => allOf(...(of as Many<Requirement>))),
        weight: 2,
      },
      {
        arbitrary: fc
          .array(tie('tree'), { minLength: 1, maxLength: 3 })
          .map((of) => anyOf(...(of as Many<Requirement>))),
        weight: 2,
      },
    ),
  })).tree

const granted = fc.record({ type: fc.constantFrom(...names), actions: any(names) })
const principals = fc
  .record({
    scope: any(names).map((values) => values.join(' ')),
    roles: any(names),
    permissions: any(names),
    tenant: fc.constantFrom(undefined, ...names),
    client_id: fc.constantFrom(undefined, ...names),
    acr: fc.constantFrom(undefined, ...names),
    auth_time: fc.constantFrom(undefined, moment, moment - 5, moment - 50, moment - 500),
    authorization_details: fc.array(granted, { maxLength: 3 }),
  })
  .map((claims) => principalWith(claims))

/** What a requirement means, read off its words, with every rule asked. */
function truth(requirement: Requirement, principal: Principal): Truth {
  const { claims } = principal
  const held = (name: string): unknown[] => [claims[name] ?? []].flat()
  const both = (is: boolean): Truth => (is ? 'yes' : 'no')
  switch (requirement.kind) {
    case 'allOf': {
      const parts = new Set(requirement.of.map((one) => truth(one, principal)))
      return parts.has('no') ? 'no' : parts.has('unknown') ? 'unknown' : 'yes'
    }
    case 'anyOf': {
      const parts = new Set(requirement.of.map((one) => truth(one, principal)))
      return parts.has('yes') ? 'yes' : parts.has('unknown') ? 'unknown' : 'no'
    }
    case 'scope':
      return both(requirement.scopes.every((one) => String(claims['scope']).split(' ').includes(one)))
    case 'role':
      return both(requirement.roles.every((one) => held('roles').includes(one)))
    case 'permission':
      return both(requirement.permissions.every((one) => held('permissions').includes(one)))
    case 'claim':
      return both(requirement.values.some((one) => held(requirement.name).includes(one)))
    case 'client':
      return both(requirement.ids.some((one) => one === claims.client_id))
    case 'acr':
      return both(requirement.values.some((one) => one === claims['acr']))
    case 'maxAge':
      return both(moment - ((claims['auth_time'] as number | undefined) ?? 0) <= requirement.seconds)
    case 'details': {
      const { type, actions = [] } = requirement.needed
      const objects = held('authorization_details') as { type: string; actions: string[] }[]
      return both(objects.some((one) => one.type === type && actions.every((of) => one.actions.includes(of))))
    }
    case 'check':
      return truthOf.get(requirement.predicate) as Truth
  }
}

async function outcomeOf(requirement: Requirement, principal: Principal): Promise<Truth> {
  try {
    await authorize(principal, requirement, moment)
    return 'yes'
  } catch (error) {
    if (error instanceof Rejection) return 'no'
    if (error instanceof Unavailable && error.code === 'check_unavailable') return 'unknown'
    throw error
  }
}

/** What a challenge can name. */
const obtainable = new Set<RejectionCode>(['scope_insufficient', 'authentication_insufficient'])

async function refusalOf(requirement: Requirement, principal: Principal): Promise<unknown> {
  try {
    await authorize(principal, requirement, moment)
    return undefined
  } catch (error) {
    return error
  }
}

/** Who calls with the next token: one that brings what the refusal named, and one for each way to authenticate. */
function next(principal: Principal, { neededScopes, neededAuthentication }: Rejection): Principal[] {
  const { acrValues = [undefined], maxAge } = neededAuthentication ?? {}
  return acrValues.map((value) =>
    principalWith({
      ...principal.claims,
      client_id: principal.clientId,
      scope: [...new Set([...principal.scopes, ...neededScopes])].join(' '),
      ...(value !== undefined && { acr: value }),
      ...(maxAge !== undefined && { auth_time: moment }),
    }),
  )
}
const everything = ['yes', 'no', 'unknown'] as const
const runs = { numRuns: 1000 }

describe('whatever is required, and whoever calls', () => {
  test('the verdict is what the words say (SCOPE-03, BEARER-22)', async () => {
    const seen = new Set<Truth>()
    await fc.assert(
      fc.asyncProperty(trees(everything), principals, async (requirement, principal) => {
        const outcome = await outcomeOf(requirement, principal)
        seen.add(outcome)
        expect(outcome).toBe(truth(requirement, principal))
      }),
      runs,
    )
    expect([...seen].toSorted()).toEqual(['no', 'unknown', 'yes'])
  })

  test('what can be said without asking rules, is said at once', () => {
    const withoutRules = trees(everything).filter((requirement) => !String(requirement).includes('check'))
    fc.assert(
      fc.property(withoutRules, principals, (requirement, principal) => {
        let outcome: unknown = 'yes'
        try {
          outcome = authorize(principal, requirement, moment) ?? 'yes'
        } catch {
          outcome = 'no'
        }
        expect(outcome).toBe(truth(requirement, principal))
      }),
      runs,
    )
  })

  test('a refusal names what makes the next token pass, where a token can (BEARER-20, STEP-01, STEP-04)', async () => {
    let obtained = 0
    await fc.assert(
      fc.asyncProperty(trees(['yes']), principals, async (requirement, principal) => {
        const { state, lacks } = await new Inquiry(principal, moment).settle(requirement)
        if (state !== 'unmet' || !lacks.every(({ code }) => obtainable.has(code))) return
        obtained++
        const refusal = (await refusalOf(requirement, principal)) as Rejection
        for (const caller of next(principal, refusal))
          expect(await outcomeOf(requirement, caller)).toBe('yes')
      }),
      runs,
    )
    expect(obtained).toBeGreaterThan(runs.numRuns / 20)
  })

  test('nobody who authenticated as they were told is told so again (STEP-01, BEARER-22)', async () => {
    let told = 0
    await fc.assert(
      fc.asyncProperty(trees(everything), principals, async (requirement, principal) => {
        const refusal = (await refusalOf(requirement, principal)) as Rejection | undefined
        if (refusal?.code !== 'authentication_insufficient') return
        told++
        for (const caller of next(principal, refusal)) {
          expect(['yes', 'unknown']).toContain(await outcomeOf(requirement, caller))
        }
      }),
      runs,
    )
    expect(told).toBeGreaterThan(runs.numRuns / 20)
  })

  test('a requirement that was printed as JSON and read again means the same', () => {
    const withoutRules = trees(everything).filter((requirement) => !String(requirement).includes('check'))
    fc.assert(
      fc.property(withoutRules, (requirement) => {
        const written: unknown = JSON.parse(JSON.stringify(requirement))
        expect(readRequirement('here', written)).toStrictEqual(requirement)
      }),
    )
  })
})
