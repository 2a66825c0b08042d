import {
  badTokens,
  goodTokens,
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '@portcullis/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Comparison } from './category.js'
import { tokenWith } from './change.js'
import { testExplanations } from './explained.js'
import { joseCategories } from './jose-categories.js'
import { tokenChanges } from './request-changes.js'
import { jose, oursWithoutDpop } from './verifiers.js'

const audience = 'https://api.example'
const now = () => Date.UTC(2026, 0, 1)

describe('ours and jose', () => {
  const comparisons: Comparison[] = []

  beforeAll(async () => {
    const server = await startAuthorizationServer({ audience, now })
    const trusted = { server, audience, now }
    const [ours, theirs] = [oursWithoutDpop(trusted), jose(trusted)]
    for (const [name, make] of tokens(server)) {
      const request = new Request(audience, { headers: { authorization: `Bearer ${await make()}` } })
      comparisons.push({ changes: [name], ours: await ours(request), theirs: await theirs(request) })
    }
    await server.close()
  }, 30_000)

  test('judge hundreds of tokens, of which both let in some, and refuse most', () => {
    expect(comparisons.length).toBeGreaterThan(350)
    expect(comparisons.filter(({ ours, theirs }) => ours.accepted && theirs.accepted).length).toBeGreaterThan(
      20,
    )
    expect(
      comparisons.filter(({ ours, theirs }) => !ours.accepted && !theirs.accepted).length,
    ).toBeGreaterThan(200)
  })

  testExplanations(joseCategories, () => comparisons)
})

function tokens(server: TestAuthorizationServer): (readonly [name: string, make: () => Promise<string>])[] {
  return [
    ...goodTokens.map(({ name, make }) => [`good token: ${name}`, () => make(server)] as const),
    ...badTokens.map(({ name, make }) => [`bad token: ${name}`, () => make(server)] as const),
    ...tokenChanges.map((change) => [change.name, async () => tokenWith([change], server.draft())] as const),
  ]
}
