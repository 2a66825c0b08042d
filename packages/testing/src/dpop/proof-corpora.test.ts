import { createPublicKey, verify } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import { afterAll, describe, expect, test } from 'vitest'
import { judgeProof } from '../../test-support/judge-proof.js'
import {
  badProofs,
  dpopClient,
  goodProofs,
  type ProofContext,
  startAuthorizationServer,
  type TestProof,
  testClock,
} from '../index.js'

const client = dpopClient()
const server = await startAuthorizationServer({ audience: 'https://api.example' })
afterAll(() => server.close())

const wholeSecond = 1_800_000_000_000
const request = { method: 'GET', url: 'https://api.example/v1/x' }

async function makeProof({ boundTo, make }: TestProof, changes: Partial<ProofContext> = {}) {
  const token = await server.mint({ boundTo: boundTo(client) })
  const context = { client, ...request, token, now: () => wholeSecond, ...changes }
  const fields = [make(context)].flat()
  const { method, url, now } = context
  return { fields, fault: await judgeProof(fields, { method, url, token, now: now() }) }
}

test.each([
  ['badProofs', badProofs],
  ['goodProofs', goodProofs],
])('%s call every proof by another name, and every rule by its id', (_, proofs) => {
  const names = proofs.map(({ name }) => name)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  for (const { rule } of proofs) expect(rule).toMatch(/^DPOP-\d\d$/)
})

test('know the rules that a proof alone can break or keep', () => {
  const bad = '02 03 04 05 06 07 08 09 10 11 12 16 17 20 22 23 24 45'.split(' ')
  const good = '01 06 13 14 15 20 22 48'.split(' ')
  expect(badProofs.map(({ rule }) => rule)).toEqual(expect.arrayContaining(bad.map((id) => `DPOP-${id}`)))
  expect(goodProofs.map(({ rule }) => rule)).toEqual(expect.arrayContaining(good.map((id) => `DPOP-${id}`)))
})

/** Proofs whose only fault is in their header, in their claims or in the token. */
const wellSigned = /-(?:03|05|06|11|12|16|17|20|22|23|24)$/

test.each(
  badProofs.filter(
    ({ rule, name }) =>
      wellSigned.test(rule) && !/ with (?!ES256)\w+\d$|EdDSA$|proofs|comma|payload as it is/.test(name),
  ),
)('has a good signature: $name ($rule)', async (proof) => {
  const { fields } = await makeProof(proof)
  const text = fields.find((field) => field !== '') ?? ''
  const end = text.lastIndexOf('.')
  const { jwk } = decodeProtectedHeader(text)
  const key = { key: createPublicKey({ key: { ...jwk }, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const
  expect(
    verify('sha256', Buffer.from(text.slice(0, end)), key, Buffer.from(text.slice(end + 1), 'base64url')),
  ).toBe(true)
})

test.each(badProofs)('$code: $name ($rule)', async ({ code, ...proof }) => {
  expect((await makeProof(proof)).fault).toBe(code)
})

test.each(goodProofs)('good: $name ($rule)', async (proof) => {
  expect((await makeProof(proof)).fault).toBeUndefined()
})

describe.each([
  ['just after a second', wholeSecond + 1],
  ['just before a second', wholeSecond + 999],
])('%s', (_, moment) => {
  const now = () => moment
  const aboutTime = ({ rule }: TestProof) => /-2[02]$/.test(rule)

  test.each(badProofs.filter(aboutTime))('$code: $name ($rule)', async ({ code, ...proof }) => {
    expect((await makeProof(proof, { now })).fault).toBe(code)
  })

  test.each(goodProofs.filter(aboutTime))('good: $name ($rule)', async (proof) => {
    expect((await makeProof(proof, { now })).fault).toBeUndefined()
  })
})

const requests: readonly Partial<ProofContext>[] = [
  { method: 'DELETE', url: 'http://127.0.0.1:40123/accounts' },
  { method: 'PATCH', url: 'https://API.example:443/v1/~user/a%2Fb?a=1&b=%2F#c' },
  { method: 'HEAD', url: 'http://[::1]:80/x' },
  { method: 'OPTIONS', url: 'http://api.example/a/' },
]

describe.each(requests)('for $method $url', (changes) => {
  const aboutRequest = ({ rule }: TestProof) => /-(?:01|1[2-7])$/.test(rule)

  test.each(badProofs.filter(aboutRequest))('$code: $name ($rule)', async ({ code, ...proof }) => {
    expect((await makeProof(proof, changes)).fault).toBe(code)
  })

  test.each(goodProofs.filter(aboutRequest))('good: $name ($rule)', async (proof) => {
    expect((await makeProof(proof, changes)).fault).toBeUndefined()
  })
})

test.each(['https://api.example', 'https://api.example/', 'https://api.example/1', 'ftp://api.example/x'])(
  'want a URL with a letter in its path, not %s',
  async (url) => {
    const proof = badProofs.find(({ rule }) => rule === 'DPOP-16')
    await expect(makeProof(proof as TestProof, { url })).rejects.toThrow(TypeError)
  },
)

test('have the nonce that the API asks for', async () => {
  for (const proof of goodProofs) {
    const { fields } = await makeProof(proof, { nonce: 'n-1' })
    const payload = Buffer.from(String(fields[0]?.split('.')[1]), 'base64url').toString()
    expect(payload).toMatch(/"nonce":\s*"n-1"/)
  }
})

test.each([...badProofs, ...goodProofs].filter(({ name }) => /^(?:jku|x5u)/.test(name)))(
  'points to the canary: $name ($rule)',
  async (proof) => {
    const canaryUrl = 'http://127.0.0.1:9/somewhere-else'
    const { fields } = await makeProof(proof, { canaryUrl })
    expect(Object.values(decodeProtectedHeader(String(fields[0])))).toContain(canaryUrl)
  },
)

test.each([...badProofs, ...goodProofs])('arrives as it was sent: $name ($rule)', async (proof) => {
  for (const field of (await makeProof(proof)).fields) {
    expect(new Headers({ dpop: field }).get('dpop')).toBe(field)
  }
})

test('all but one fit, with their token, into the 16 KB of header fields that Node accepts', async () => {
  const made = await Promise.all(badProofs.map((proof) => makeProof(proof)))
  const large = badProofs.filter((_, at) => Number(made[at]?.fields.join('').length) > 14_000)
  expect(large.map(({ name }) => name)).toEqual(['jti of 64 KB'])
})

test('take a clock of tests', async () => {
  const clock = testClock(wholeSecond)
  for (const proof of goodProofs.slice(0, 3)) {
    expect((await makeProof(proof, { now: clock.now })).fault).toBeUndefined()
  }
})
