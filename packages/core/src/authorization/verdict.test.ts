import { describe, expect, test } from 'vitest'
import type { RejectionCode } from '../rejection-codes.js'
import { allMet, anyMet, met, type Needs, open, ruleToAsk, unmet, type Verdict } from './verdict.js'

const lacking = (code: RejectionCode, needs: Partial<Needs> = {}) => unmet({ code, reason: code }, needs)
const never = lacking('requirement_unmet')
const scopes = (...names: string[]) => lacking('scope_insufficient', { scopes: names })
const acr = (...acrValues: string[]) => lacking('authentication_insufficient', { acrValues })
const maxAge = (seconds: number) => lacking('authentication_insufficient', { maxAge: seconds })
const needsOf = (verdict: Verdict) => verdict.needs

describe('of three values (Kleene)', () => {
  const values = { met: met(), open: open(), unmet: never }
  test.each<[keyof typeof values, keyof typeof values, Verdict['state'], Verdict['state']]>([
    ['met', 'met', 'met', 'met'],
    ['met', 'open', 'open', 'met'],
    ['met', 'unmet', 'unmet', 'met'],
    ['open', 'open', 'open', 'open'],
    ['open', 'unmet', 'unmet', 'open'],
    ['unmet', 'unmet', 'unmet', 'unmet'],
  ])('%s and %s is %s, %s the one or the other', (one, other, all, any) => {
    for (const verdicts of [
      [values[one], values[other]],
      [values[other], values[one]],
    ]) {
      expect(allMet(verdicts).state).toBe(all)
      expect(anyMet(verdicts).state).toBe(any)
    }
    expect([allMet([values[one]]).state, anyMet([values[one]]).state]).toEqual([one, one])
  })
})

describe('what says that the token was meant for this resource', () => {
  const scoped = met({ scopes: ['a'] }, true)

  test('is any scope that was met', () => {
    expect(allMet([met(), scoped]).scoped).toBe(true)
    expect(anyMet([met(), scoped]).scoped).toBe(true)
    expect(anyMet([never, allMet([scoped, met()])]).scoped).toBe(true)
  })

  test('is none that was not met, or that stands beside what was not met', () => {
    expect(allMet([met(), met()]).scoped).toBe(false)
    expect(anyMet([met(), scopes('a')]).scoped).toBe(false)
    expect(anyMet([met(), allMet([scoped, never])]).scoped).toBe(false)
    expect(anyMet([open(), allMet([scoped, open()])]).scoped).toBe(false)
  })
})

describe('what a client needs', () => {
  test('for all of them, is everything, once, what is there included (BEARER-20)', () => {
    const verdict = allMet([
      met({ scopes: ['a', 'b'] }, true),
      scopes('b', 'c'),
      maxAge(60),
      maxAge(30),
      acr('x'),
    ])
    expect(needsOf(verdict)).toEqual({ scopes: ['a', 'b', 'c'], acrValues: ['x'], maxAge: 30 })
  })

  test('for all of them, is a way to authenticate that fits each, the preferred first (STEP-02)', () => {
    expect(needsOf(allMet([acr('b', 'a', 'c'), met({ acrValues: ['c', 'b'] })])).acrValues).toEqual([
      'b',
      'c',
    ])
    expect(needsOf(allMet([acr('a'), scopes('s')])).acrValues).toEqual(['a'])
    expect(needsOf(allMet([met(), scopes('s')])).acrValues).toBeUndefined()
  })

  test('for all of them, is no way to authenticate where none fits each (STEP-02)', () => {
    expect(needsOf(allMet([acr('a'), acr('b')])).acrValues).toEqual([])
    expect(needsOf(allMet([acr('a'), acr('b'), acr('a')])).acrValues).toEqual([])
  })

  test('for one of them, is what was met', () => {
    expect(needsOf(anyMet([scopes('a'), met({ scopes: ['b'] }, true), met()])).scopes).toEqual(['b'])
    expect(anyMet([scopes('a'), met()]).lacks).toEqual([])
  })

  test.each<[string, Verdict[], string[]]>([
    ['the first', [scopes('a'), scopes('b')], ['a']],
    ['not who it is', [never, scopes('b'), scopes('c')], ['b']],
    ['not half of which is who it is', [allMet([scopes('a'), never]), scopes('b')], ['b']],
    ['the first, where nothing can be obtained', [allMet([scopes('a'), never]), never], ['a']],
    [
      'a better authentication, if that comes first',
      [never, allMet([acr('x'), scopes('a')]), scopes('b')],
      ['a'],
    ],
    ['not two ways to authenticate at once', [allMet([acr('x'), acr('y')]), scopes('b')], ['b']],
    [
      'who it is, rather than what nobody can',
      [allMet([acr('x'), acr('y')]), allMet([never, scopes('b')])],
      ['b'],
    ],
    ['details, if they come first', [lacking('details_insufficient'), scopes('b')], []],
  ])('for one of them, is what a client can obtain: %s', (_, verdicts, needed) => {
    expect(needsOf(anyMet(verdicts)).scopes).toEqual(needed)
  })

  test('for one of them, is open while a rule may still decide', () => {
    expect(anyMet([scopes('a'), open()])).toMatchObject({ state: 'open', lacks: [] })
  })
})

test('every reason is told, in order', () => {
  const verdict = allMet([scopes('a'), met(), anyMet([never, acr('x')]), never])
  expect(verdict.lacks.map(({ code }) => code)).toEqual([
    'scope_insufficient',
    'authentication_insufficient',
    'requirement_unmet',
  ])
})

describe('a rule of the application is asked', () => {
  const [one, two] = [() => true, () => false]

  test.each<[string, Verdict]>([
    ['everything depends on it', open(one)],
    ['it is the first of several', allMet([open(one), open(two)])],
    ['it is the first of several alternatives', anyMet([never, open(one), open(two)])],
    ['the one before it failed', anyMet([open(), open(one)])],
    ['nothing else is missing but a better authentication', allMet([acr('x'), open(one), maxAge(5)])],
    ['such a way is the easiest', anyMet([never, allMet([acr('x'), open(one)]), scopes('a')])],
  ])('where %s (BEARER-22)', (_, verdict) => {
    expect(ruleToAsk(verdict)).toBe(one)
  })

  test.each<[string, Verdict]>([
    ['everything is met', anyMet([open(one), met()])],
    [
      'something else is missing that is told before a better authentication',
      allMet([open(one), scopes('a')]),
    ],
    ['an easier way comes first', anyMet([acr('x'), allMet([acr('x'), open(one)])])],
    ['it failed', open()],
    ['a better authentication alone is missing', acr('x')],
  ])('no more where %s', (_, verdict) => {
    expect(ruleToAsk(verdict)).toBeUndefined()
  })
})
