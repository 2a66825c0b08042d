import { badTokens, goodTokens, type TestToken } from '@portcullis/testing'
import { describe, expect, it } from 'vitest'
import { refusal } from './answers.js'
import type { Trusted } from './api.js'
import { contract, type Expected, passes, type Row } from './contract.js'
import { codeOf, expectedRefusals } from './expected-refusals.js'
import { bearer } from './requests.js'

/** What an issuer of the profile `jwt` differs in, by name: it need not follow RFC 9068, nor publish `alg` of its keys. */
const legacyDifferences: Readonly<Record<string, Expected>> = {
  'typ JWT': passes(),
  'typ absent': passes(),
  'PS256 by the key for RS256': passes(),
  'RS256 by the key for PS256': passes(),
  'aud absent': refusal('scope_insufficient'),
  'sub absent': passes({ clientId: 'test-client' }),
  'client_id absent': passes({ subject: 'test-client' }),
  'iat absent': passes(),
  'jti absent': passes(),
}

describe('the expected refusals', () => {
  it('are those of the corpus, rule by rule', () => {
    const expected = Object.entries(expectedRefusals).map(([rule, { tokens }]) => [rule, tokens])
    expect(Object.fromEntries(expected)).toEqual(count(badTokens.map(({ rule }) => rule)))
  })

  it('name tokens of the corpus only', () => {
    const named = Object.entries(expectedRefusals).flatMap(([rule, { but = {} }]) =>
      Object.values(but).flatMap((names) => names.map((name) => ({ rule, name }))),
    )
    expect(badTokens).toEqual(expect.arrayContaining(named.map((one) => expect.objectContaining(one))))
    const names = badTokens.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(Object.keys(legacyDifferences)))
  })
})

contract('Bad tokens', badTokens.map(from('main', (token) => refusal(codeOf(token)))))

contract(
  'Bad tokens of an issuer of the profile jwt',
  badTokens.map(from('legacy', (token) => legacyDifferences[token.name] ?? refusal(codeOf(token)))),
)

contract(
  'Bad tokens of an issuer with a path and a slash at the end',
  badTokens.map(from('other', (token) => refusal(codeOf(token)))),
)

contract(
  'Good tokens',
  (['main', 'legacy', 'other'] as const).flatMap((server) => goodTokens.map(from(server, () => passes()))),
)

function from(server: keyof Trusted, answer: (token: TestToken) => Expected): (token: TestToken) => Row {
  return (token) => ({
    name: `${server}: ${token.name} (${token.rule})`,
    request: async (kit) => bearer(await token.make(kit[server], { canaryUrl: kit.canary.url })),
    answer: answer(token),
  })
}

function count(rules: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const rule of rules) counts[rule] = (counts[rule] ?? 0) + 1
  return counts
}
