import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { badTokens, goodTokens } from '@portcullis/testing'
import { describe, expect, it } from 'vitest'
import { exclusions } from './exclusions.js'

/** The rules of our checklist: A, credentials on the wire; B, JOSE; C, access tokens and scopes. */
const rules: readonly string[] = [
  ...numbered('BEARER', 23),
  ...numbered('JOSE', 35),
  ...numbered('AT', 13),
  ...numbered('SCOPE', 3),
]

function numbered(section: string, last: number): string[] {
  return Array.from({ length: last }, (_, index) => `${section}-${String(index + 1).padStart(2, '0')}`)
}

const contract = sources(
  '.',
  (name) => name.endsWith('.ts') && !['exclusions.ts', 'rules.test.ts'].includes(name),
)
const packages = sources('../../packages', (name) => /^[\w-]+\/src\/.*\.test\.ts$/.test(name))

/** The text of each file below a folder whose path is wanted. */
function sources(folder: string, isWanted: (path: string) => boolean): string[] {
  const root = fileURLToPath(new URL(folder, import.meta.url))
  return sourcePaths(root)
    .filter(isWanted)
    .map((path) => readFileSync(`${root}/${path}`, 'utf8'))
}

function sourcePaths(root: string, folder = ''): string[] {
  return readdirSync(`${root}/${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`
    if (!entry.isDirectory()) return path
    return ['node_modules', 'dist'].includes(entry.name) ? [] : sourcePaths(root, `${path}/`)
  })
}

/** The corpora name the rule of each token, and every one of them is a row of the contract. */
const corpora = [...goodTokens, ...badTokens].map(({ rule }) => rule)

const named = new Set([
  ...[...contract, ...packages].flatMap((text) => text.match(/\b[A-Z]+-\d\d\b/g) ?? []),
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

  it('are shown by every token of both corpora', () => {
    const text = contract.join('\n')
    expect(text).toContain('goodTokens.map(')
    expect(text).toContain('badTokens.map(')
  })
})
