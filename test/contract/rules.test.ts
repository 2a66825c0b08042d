import { readFileSync } from 'node:fs'
import { badProofs, badTokens, goodProofs, goodTokens } from '@portcullis/testing'
import { describe, expect, it } from 'vitest'
import { testsByRule } from '../../scripts/rules.mjs'
import { exclusions } from './exclusions.js'

/**
 * The rules of our checklist: A, credentials on the wire; B, JOSE; C, access tokens and scopes; D, DPoP; E, mutual TLS;
 * F, introspection; G, metadata of authorization servers.
 * H, metadata of protected resources; I, step-up authentication and authorization details.
 */
const rules: readonly string[] = [
  ...numbered('BEARER', 23),
  ...numbered('JOSE', 35),
  ...numbered('AT', 13),
  ...numbered('SCOPE', 3),
  ...numbered('DPOP', 48),
  ...numbered('MTLS', 8),
  ...numbered('INTRO', 13),
  ...numbered('META', 8),
  ...numbered('PRM', 11),
  ...numbered('STEP', 6),
  ...numbered('RAR', 4),
]

function numbered(section: string, last: number): string[] {
  return Array.from({ length: last }, (_, index) => `${section}-${String(index + 1).padStart(2, '0')}`)
}

/** The corpora name the rule of each token and proof, and every one of them is a row of the contract. */
const corpora = [...goodTokens, ...badTokens, ...goodProofs, ...badProofs].map(({ rule }) => rule)

/** Tests with what other people wrote may be skipped where it is not installed. */
const named = new Set([
  ...[...testsByRule()]
    .filter(([, tests]) => tests.some(({ path }) => !path.startsWith('test/interop/')))
    .map(([rule]) => rule),
  ...corpora,
])

const excluded = (id: string) => exclusions.filter((exclusion) => exclusion.id === id)

describe('The rules of the specifications', () => {
  it.each(rules)('%s is in the name of a test, or excluded with a reason', (id) => {
    const whole = excluded(id).some(({ clause }) => clause === undefined)
    expect(whole || named.has(id)).toBe(true)
  })

  it.each(exclusions)(
    '$id, which is excluded, is a rule, and not tested after all',
    ({ id, clause, reason }) => {
      expect(rules).toContain(id)
      expect(reason).not.toBe('')
      expect(excluded(id)).toHaveLength(1)
      if (clause === undefined) expect(named).not.toContain(id)
    },
  )

  it.each([
    ['goodTokens', 'jose-corpus.test.ts'],
    ['badTokens', 'jose-corpus.test.ts'],
    ['goodProofs', 'dpop-corpus.test.ts'],
    ['badProofs', 'dpop-corpus.test.ts'],
  ])('are shown by all of %s, in %s', (corpus, file) => {
    expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain(`${corpus}.map(`)
  })
})
