import { expect } from 'vitest'
import { refusal } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { authorization, bearer, presenting } from './requests.js'

const kilobyte = 1024
/** The longest Authorization field that is looked at. */
const longest = 16 * kilobyte

/** A good field, made as long as that by the spaces before its token. */
const fieldOf = (length: number, token: string) => `Bearer${token.padStart(length - 'Bearer'.length)}`

/** What is refused before anything is parsed, looked up or computed. */
const oversized: Readonly<Record<string, Row['request']>> = {
  'a token of 100 KB': authorization(`Bearer ${'a'.repeat(100 * kilobyte)}`),
  'a token of 100 KB in three segments': authorization(
    `Bearer ${`${'eyJ'.repeat(11 * kilobyte)}.`.repeat(3)}`,
  ),
  'a token of 100 KB in as many segments as it can have': authorization(
    `Bearer ${'a.'.repeat(50 * kilobyte)}`,
  ),
  'a good token with a claim of 100 KB': async ({ main }) =>
    bearer(await main.mint({ claims: { padding: 'x'.repeat(100 * kilobyte) } })),
  'a good token after 100 KB of spaces': presenting((token) => `Bearer${' '.repeat(100 * kilobyte)}${token}`),
  'a field that is one character too long': presenting((token) => fieldOf(longest + 1, token)),
  '100 KB under a foreign scheme': authorization(`Basic ${'a'.repeat(100 * kilobyte)}`),
  '100 KB without a scheme': authorization('a'.repeat(100 * kilobyte)),
  '100 KB of commas': authorization(','.repeat(100 * kilobyte)),
  '100 KB of credentials': authorization('Bearer a, '.repeat(10 * kilobyte)),
  'a foreign field that is one character too long': authorization('Basic '.padEnd(longest + 1, 'a')),
  'a good token beside a foreign field that is too long': presenting((token) => [
    `Bearer ${token}`,
    'Basic '.padEnd(longest + 1, 'a'),
  ]),
}

const nothingFetched: NonNullable<Row['also']> = ({ main, other, legacy }) => {
  expect([...main.requests, ...other.requests, ...legacy.requests]).toEqual([])
}

contract('A. Bounded work on hostile input, before any key is known', [
  ...Object.entries(oversized).map(([what, request]) => ({
    name: `refuses ${what} without asking for keys (BEARER-23)`,
    request,
    answer: refusal('credential_malformed'),
    also: nothingFetched,
  })),
  {
    name: 'refuses nine hundred Authorization fields without asking for keys (BEARER-13, BEARER-23)',
    request: presenting((token) => Array(900).fill(`Bearer ${token.slice(0, 100)}`)),
    answer: refusal('credential_ambiguous'),
    also: nothingFetched,
  },
  {
    name: 'takes 16 KB under a foreign scheme for no credentials (BEARER-23)',
    request: authorization('Basic '.padEnd(longest, 'a')),
    answer: refusal('credential_missing'),
    also: nothingFetched,
  },
])

contract('A. The longest field that is read', [
  {
    name: 'lets in a good token in a field of exactly 16 KB (BEARER-23)',
    request: presenting((token) => fieldOf(longest, token)),
    answer: passes(),
  },
])
