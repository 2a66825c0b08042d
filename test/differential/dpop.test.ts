import { dpopClient, type ProofAlgorithm, startAuthorizationServer } from '@portcullis/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { auth0Categories } from './auth0-categories.js'
import { type Category, type Comparison, differ } from './category.js'
import { type Change, fitTogether, requestWith, type Surroundings } from './change.js'
import { corpusChanges } from './corpus-changes.js'
import { testExplanations } from './explained.js'
import { oauth4webapiCategories } from './oauth4webapi-categories.js'
import { proofChanges } from './proof-changes.js'
import { requestChanges } from './request-changes.js'
import { auth0, oauth4webapi, ours, type Verdict, type Verifier } from './verifiers.js'

const audience = 'https://api.example'
/** A whole second: the others know no fractions. */
const present = Date.UTC(2026, 0, 1)
const now = () => present
const proofAlgorithms: readonly ProofAlgorithm[] = [
  ...(['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['RS256', 'RS384', 'RS512', 'Ed25519', 'EdDSA'] as const),
]

const single: readonly Change[] = [...requestChanges, ...proofChanges, ...corpusChanges]

/** Every request is judged by all of them. */
const verifiers = { ours, oauth4webapi, auth0 }
type Verdicts = Readonly<Record<keyof typeof verifiers, Verdict>>

const others: readonly (readonly [
  name: string,
  key: Exclude<keyof Verdicts, 'ours'>,
  categories: readonly Category[],
])[] = [
  ['oauth4webapi', 'oauth4webapi', oauth4webapiCategories],
  ['express-oauth2-jwt-bearer', 'auth0', auth0Categories],
]

const judged = new Map<readonly Change[], Verdicts>()

beforeAll(async () => {
  // The others have no clock but this one.
  vi.useFakeTimers({ toFake: ['Date'], now: present })
  const server = await startAuthorizationServer({ audience, now })
  const clients = Object.fromEntries(
    proofAlgorithms.map((algorithm) => [algorithm, dpopClient({ algorithm, now })]),
  ) as Surroundings['clients']
  const surroundings: Surroundings = { server, clients, now }
  const trusted = { server, audience, now }
  const judges = Object.entries(verifiers).map(([name, make]) => [name, make(trusted)] as const)
  const judgeAll = async (cases: readonly (readonly Change[])[]) => {
    for (const changes of cases) {
      const verdicts = judges.map(async ([name, judge]) => [
        name,
        await verdictOn(changes, judge, surroundings),
      ])
      judged.set(changes, Object.fromEntries(await Promise.all(verdicts)) as Verdicts)
    }
  }
  await judgeAll(single.map((change) => [change]))
  // What nobody lets in hides every difference beside it.
  const harmless = [...judged].filter(([, verdicts]) =>
    Object.values(verdicts).some(({ accepted }) => accepted),
  )
  await judgeAll([
    ...sampleCombinations(
      harmless.flatMap(([changes]) => changes),
      200,
    ),
    ...sampleCombinations(single, 100),
  ])
  await server.close()
}, 60_000)
afterAll(() => void vi.useRealTimers())

test('the changes have names of their own', () => {
  expect(new Set(single.map(({ name }) => name)).size).toBe(single.length)
})

describe.each(others)('ours and %s', (_name, key, categories) => {
  const comparisons = (several: boolean): Comparison[] =>
    [...judged]
      .filter(([changes]) => changes.length > 1 === several)
      .map(([changes, verdicts]) => ({
        changes: changes.map(({ name }) => name),
        ours: verdicts.ours,
        theirs: verdicts[key],
      }))

  test('judge more than a thousand requests, of which both let in some, and refuse most', () => {
    const all = [...comparisons(false), ...comparisons(true)]
    expect(all.length).toBeGreaterThan(1000)
    expect(all.filter((one) => one.ours.accepted && one.theirs.accepted).length).toBeGreaterThan(100)
    expect(all.filter((one) => !one.ours.accepted && !one.theirs.accepted).length).toBeGreaterThan(400)
  })

  testExplanations(categories, () => comparisons(false))

  test('let in several changes at once if, and only if, they let in each of them', () => {
    const alone = new Map(comparisons(false).map((one) => [one.changes[0], one]))
    const letsInEach = (whose: 'ours' | 'theirs', changes: readonly string[]) =>
      changes.every((name) => alone.get(name)?.[whose].accepted)
    const together = comparisons(true)
    const surprising = together.filter(
      ({ changes, ours, theirs }) =>
        ours.accepted !== letsInEach('ours', changes) || theirs.accepted !== letsInEach('theirs', changes),
    )
    expect(surprising).toEqual([])
    // So a difference about several changes is one about a single one of them, which has its reason.
    expect(together.filter(differ).length).toBeGreaterThan(50)
  })
})

/** Each judges a request of its own: a proof that one of them has seen is not another one's affair. */
async function verdictOn(
  changes: readonly Change[],
  judge: Verifier,
  surroundings: Surroundings,
): Promise<Verdict> {
  const request = requestWith(changes, surroundings)
  if (changes.some(({ twice }) => twice)) await judge(request.clone())
  return judge(request)
}

/** From two to four changes of different slots, every slot as often as any other; the same ones in every run. */
function sampleCombinations(pool: readonly Change[], count: number): readonly (readonly Change[])[] {
  const slots = [...new Set(pool.map(({ slot }) => slot))]
  const changeIn = (slot: string) => fc.constantFrom(...pool.filter((change) => change.slot === slot))
  const several = fc
    .shuffledSubarray(slots, { minLength: 2, maxLength: 4 })
    .chain((chosen) => fc.tuple(...chosen.map(changeIn)))
    .filter(fitTogether)
  return fc.sample(several, { seed: 9449, numRuns: count })
}
