import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { principalWith } from '../../test-support/principals.js'
import { moment } from '../../test-support/tokens.js'
import { Inquiry } from './inquiry.js'
import { acr } from './kinds/acr.js'
import { check } from './kinds/check.js'
import { maxAge } from './kinds/max-age.js'
import { role } from './kinds/role.js'
import { scope } from './kinds/scope.js'
import { allOf, anyOf, type Requirement } from './requirement.js'
import type { Predicate } from './verdict.js'

const principal = principalWith({ scope: 'a', roles: ['r'] })
const [held, missing] = [scope('a'), scope('b')]

/** Rules that tell when they are asked. */
function rules() {
  const asked: string[] = []
  const rule = (name: string, answer: () => unknown) =>
    check(name, (() => {
      asked.push(name)
      return answer()
    }) as Predicate)
  return {
    asked,
    yes: (name: string) => rule(name, () => true),
    no: (name: string) => rule(name, async () => false),
    throws: (name: string) =>
      rule(name, () => {
        throw new Error('down')
      }),
    rule,
  }
}

async function settled(requirement: Requirement) {
  const inquiry = new Inquiry(principal, moment)
  const { state, lacks } = await inquiry.settle(requirement)
  return { state, lacks, failed: inquiry.failures(requirement).map(({ name }) => name) }
}

describe('the answer', () => {
  test('is known at once where no rule matters', () => {
    const predicate = vi.fn(() => true)
    const rule = check('x', predicate)
    const judge = (requirement: Requirement) => new Inquiry(principal, moment).judge(requirement).state
    expect(judge(allOf(held, role('r')))).toBe('met')
    expect(judge(anyOf(rule, held))).toBe('met')
    expect(judge(allOf(rule, missing))).toBe('unmet')
    expect(judge(anyOf(allOf(missing, rule), missing))).toBe('unmet')
    expect(predicate).not.toHaveBeenCalled()
  })

  test('is open while a rule matters that was not asked', () => {
    const rule = check('x', () => true)
    const judge = (requirement: Requirement) => new Inquiry(principal, moment).judge(requirement).state
    expect(judge(rule)).toBe('open')
    expect(judge(allOf(held, rule))).toBe('open')
    expect(judge(anyOf(missing, rule))).toBe('open')
  })

  test.each([
    undefined,
    null,
    1,
    'true',
    {},
    [],
    [true],
    'yes',
    Symbol('yes'),
    () => true,
    new Boolean(true),
  ])('of a rule is no, unless it is true: %s', async (said) => {
    for (const answer of [() => said, async () => said]) {
      const verdict = await settled(rules().rule('x', answer))
      expect(verdict).toEqual({
        state: 'unmet',
        lacks: [{ code: 'requirement_unmet', reason: 'check "x" says no', check: 'x' }],
        failed: [],
      })
    }
  })

  test.each<[string, () => unknown]>([
    ['true', () => true],
    ['a promise of true', async () => true],
    ['a promise of that later', () => new Promise((resolve) => setTimeout(resolve, 1, true))],
    // oxlint-disable-next-line unicorn/no-thenable -- what some libraries give in place of a promise
    ['what can be waited for', () => ({ then: (resolve: (value: boolean) => void) => resolve(true) })],
  ])('of a rule is yes: %s', async (_, answer) => {
    expect((await settled(rules().rule('x', answer))).state).toBe('met')
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw undefined
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['rejects with true', () => Promise.reject(true)],
    [
      'breaks while it is waited for',
      () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- what a broken library may give
        get then() {
          throw new Error('down')
        },
      }),
    ],
  ])('of a rule that %s is none', async (_, answer) => {
    expect(await settled(rules().rule('x', answer))).toEqual({ state: 'open', lacks: [], failed: ['x'] })
  })
})

describe('a rule is asked', () => {
  test('who calls, and nothing else', async () => {
    const predicate = vi.fn(() => true)
    await settled(check('x', predicate))
    expect(predicate.mock.calls).toEqual([[principal]])
  })

  test('one after the other, in order', async () => {
    const order: string[] = []
    const rule = (name: string) =>
      check(name, async () => {
        order.push(`${name} begins`)
        await new Promise(setImmediate)
        order.push(`${name} ends`)
        return true
      })
    await settled(allOf(rule('a'), anyOf(missing, rule('b')), rule('c')))
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  test.each<[string, (rule: ReturnType<typeof rules>) => Requirement, string, string[]]>([
    [
      'after a no in allOf, no more',
      ({ yes, no }) => allOf(yes('1'), no('2'), yes('3')),
      'unmet',
      ['1', '2'],
    ],
    ['after a yes in anyOf, no more', ({ yes, no }) => anyOf(no('1'), yes('2'), yes('3')), 'met', ['1', '2']],
    ['not in a branch that is met', ({ yes }) => allOf(anyOf(held, yes('1')), yes('2')), 'met', ['2']],
    ['not in a branch that is lost', ({ yes }) => anyOf(allOf(missing, yes('1')), yes('2')), 'met', ['2']],
    ['not when a scope is missing anyway', ({ yes }) => allOf(yes('1'), missing), 'unmet', []],
    ['before a better authentication', ({ yes }) => allOf(acr('x'), yes('1'), yes('2')), 'unmet', ['1', '2']],
    ['before that, until a no', ({ yes, no }) => allOf(maxAge(5), no('1'), yes('2')), 'unmet', ['1']],
    [
      'before that, until one is enough',
      ({ yes, no }) => allOf(acr('x'), anyOf(no('1'), yes('2'), yes('3'))),
      'unmet',
      ['1', '2'],
    ],
    ['not when a scope is missing besides', ({ yes }) => allOf(acr('x'), yes('1'), missing), 'unmet', []],
    ['not for another way', ({ yes }) => anyOf(acr('x'), allOf(acr('y'), yes('1'))), 'unmet', []],
    [
      'and then for the next way',
      ({ yes, no }) => anyOf(allOf(acr('x'), no('1')), allOf(acr('y'), yes('2'))),
      'unmet',
      ['1', '2'],
    ],
    [
      'in a later branch, after the first was lost',
      ({ yes, no }) => anyOf(allOf(held, no('1'), yes('2')), allOf(yes('3'), held)),
      'met',
      ['1', '3'],
    ],
    [
      'deep inside',
      ({ yes, no }) => allOf(anyOf(no('1'), allOf(yes('2'), anyOf(no('3'), no('4')))), yes('5')),
      'unmet',
      ['1', '2', '3', '4'],
    ],
  ])('only where it matters: %s', async (_, make, state, asked) => {
    const made = rules()
    expect((await settled(make(made))).state).toBe(state)
    expect(made.asked).toEqual(asked)
  })

  test('once, however often it stands there and under whatever name', async () => {
    const predicate = vi.fn(() => false)
    const [one, same] = [check('x', predicate), check('y', predicate)]
    const { state, lacks } = await settled(allOf(anyOf(one, held), anyOf(one, same, role('none'))))
    expect(state).toBe('unmet')
    expect(lacks.map(({ check }) => check)).toEqual(['x'])
    expect(predicate).toHaveBeenCalledOnce()
  })

  test('once, also when it threw', async () => {
    const made = rules()
    const rule = made.throws('1')
    expect(await settled(anyOf(rule, allOf(rule, held)))).toMatchObject({ state: 'open', failed: ['1', '1'] })
    expect(made.asked).toEqual(['1'])
  })
})

describe('a rule that takes its time', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('is waited for no longer than five seconds, and the next one is asked', async () => {
    const never = check('x', () => new Promise<boolean>(() => undefined))
    const verdict = settled(allOf(never, rules().yes('y')))
    await vi.advanceTimersByTimeAsync(5000)
    expect(await verdict).toEqual({ state: 'open', lacks: [], failed: ['x'] })
  })
})

test('of a rule that failed, the cause is known', async () => {
  const cause = new Error('down')
  const requirement = check('x', () => Promise.reject(cause))
  const inquiry = new Inquiry(principal, moment)
  await inquiry.settle(requirement)
  expect(inquiry.failures(requirement)).toEqual([{ name: 'x', cause }])
})

test('an authentication that lies ahead counts within the tolerance (STEP-03)', () => {
  const ahead = principalWith({ auth_time: moment + 5 })
  const judged = (tolerance?: number) => new Inquiry(ahead, moment, tolerance).judge(maxAge(60)).state
  expect([judged(5), judged(4), judged()]).toEqual(['met', 'unmet', 'unmet'])
})

describe('a rule that threw decides nothing', () => {
  test.each<[string, (rule: ReturnType<typeof rules>) => Requirement, string, string[]]>([
    ['another says yes in anyOf', ({ throws, yes }) => anyOf(throws('1'), yes('2')), 'met', ['1', '2']],
    ['another says no in anyOf', ({ throws, no }) => anyOf(throws('1'), no('2')), 'open', ['1', '2']],
    ['another says no in allOf', ({ throws, no }) => allOf(throws('1'), no('2')), 'unmet', ['1', '2']],
    ['another says yes in allOf', ({ throws, yes }) => allOf(throws('1'), yes('2')), 'open', ['1', '2']],
    ['another throws, too', ({ throws }) => allOf(throws('1'), throws('2')), 'open', ['1', '2']],
    ['a better authentication is missing', ({ throws }) => allOf(acr('x'), throws('1')), 'unmet', ['1']],
    ['it is lost anyway', ({ throws, no }) => allOf(anyOf(throws('1'), held), no('2')), 'unmet', ['2']],
  ])('%s', async (_, make, state, asked) => {
    const made = rules()
    expect((await settled(make(made))).state).toBe(state)
    expect(made.asked).toEqual(asked)
  })
})

describe('of alternatives that need several ways to authenticate together', () => {
  const [a, b, c] = [acr('a'), acr('b'), acr('c')]
  const rule = check('x', () => false)

  test.each<[string, Requirement, object, readonly string[] | undefined]>([
    ['the first that goes with the rest', allOf(anyOf(a, b), b), {}, ['b']],
    ['that, too, where it is not the first that was met', allOf(anyOf(a, b), b), { acr: 'a' }, ['b']],
    ['that, too, the other way round', allOf(b, anyOf(a, b)), { acr: 'a' }, ['b']],
    ['the one that goes with each', allOf(anyOf(a, b), anyOf(b, c)), {}, ['b']],
    ['all that go with each', allOf(anyOf(a, acr('b', 'c')), acr('c', 'b', 'd')), {}, ['b', 'c']],
    ['the first of several that would do', allOf(anyOf(a, b, c), acr('c', 'b')), {}, ['b']],
    ['the one that comes with something obtainable', allOf(anyOf(a, allOf(b, missing)), b), {}, ['b']],
    ['none where another way needs none', allOf(anyOf(allOf(a, b), missing), held), {}, undefined],
    ['deep inside', anyOf(allOf(anyOf(a, b), b), role('none')), {}, ['b']],
    ['the one that does not depend on a no', allOf(anyOf(allOf(a, rule), b), acr('a', 'b')), {}, ['b']],
  ])('takes %s: %s, %j (STEP-01, STEP-02)', async (_, requirement, claims, values) => {
    const inquiry = new Inquiry(principalWith({ scope: 'a', ...claims }), moment)
    expect((await inquiry.settle(requirement)).needs.acrValues).toEqual(values)
  })

  test.each<[string, Requirement, object]>([
    ['two at once', allOf(a, b), {}],
    ['two at once, one of which is there', allOf(a, b), { acr: 'a' }],
    ['two at once, whatever is chosen', anyOf(allOf(a, b), allOf(b, c)), {}],
    ['one, and who else calls', anyOf(allOf(a, b), role('none')), {}],
    ['one that leads to who else calls', allOf(anyOf(a, allOf(b, role('none'))), b), { acr: 'b' }],
    ['one that leads to a no', allOf(anyOf(a, allOf(b, rule)), b), {}],
  ])(
    'asks nobody to authenticate again for what no token of theirs can meet: %s',
    async (_, requirement, claims) => {
      const inquiry = new Inquiry(principalWith({ scope: 'a', ...claims }), moment)
      const { state, lacks } = await inquiry.settle(requirement)
      expect(state).toBe('unmet')
      expect(lacks.map(({ code }) => code)).toContain('requirement_unmet')
    },
  )
})
