import { verify } from 'node:crypto'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, describe, expect, test } from 'vitest'
import { badTokens, startAuthorizationServer } from '../index.js'

const audience = 'https://api.example'
const canaryUrl = 'http://127.0.0.1:9/somewhere-else'
const server = await startAuthorizationServer({ audience, path: '/t1' })
const keys = createRemoteJWKSet(new URL(server.jwksUri))
afterAll(() => server.close())

test('calls every token by another name, and every rule by its id', () => {
  expect(new Set(badTokens.map(({ name }) => name)).size).toBe(badTokens.length)
  for (const { rule } of badTokens) expect(rule).toMatch(/^[A-Z]+-\d\d$/)
})

/** jose does not mean to refuse every token of these; the others it must refuse, or they are not bad. */
const leftToTheApi = /^JOSE-(02|03|04|08|09|2[3456]|35)|^AT-07|^DPOP|^MTLS/

test.each(badTokens.filter(({ rule }) => !leftToTheApi.test(rule)))(
  'jose refuses $name ($rule)',
  async ({ make }) => {
    const token = await make(server)
    const requirements = {
      issuer: server.issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ['RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'],
      requiredClaims: ['exp'],
    }
    await expect(jwtVerify(token, keys, requirements)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_/),
    })
  },
)

/** Tokens whose only fault is in the header or in the payload. */
const wellSigned = /^JOSE-(03|04|08|09|11|2[345679]|35)|^AT-0[124567]|^AT-13|^DPOP|^MTLS/

test.each(badTokens.filter(({ rule }) => wellSigned.test(rule)))(
  'has a good signature: $name ($rule)',
  async ({ make }) => {
    expect(isSigned(await make(server))).toBe(true)
  },
)

describe('base64url (JOSE-02)', () => {
  const damaged = badTokens.filter(({ rule }) => rule === 'JOSE-02')

  test.each(damaged.filter(({ name }) => !name.startsWith('signature')))(
    'signs as damaged: $name',
    async ({ make }) => {
      expect(isSigned(await make(server))).toBe(true)
    },
  )

  test.each(damaged)('leaves no canonical form: $name', async ({ make }) => {
    const segments = (await make(server)).split('.')
    const canonical = segments.map((segment) => Buffer.from(segment, 'base64url').toString('base64url'))
    expect(segments).not.toEqual(canonical)
  })
})

test.each(badTokens.filter(({ name }) => /^(jku|x5u|iss of a stranger)/.test(name)))(
  'points to the canary: $name ($rule)',
  async ({ make }) => {
    const [header = '', payload = ''] = (await make(server, { canaryUrl })).split('.')
    const text = Buffer.from(header, 'base64url').toString() + Buffer.from(payload, 'base64url').toString()
    expect(text).toContain(`"${canaryUrl}"`)
  },
)

test.each(badTokens)('arrives as it was sent: $name ($rule)', async ({ make }) => {
  const token = await make(server)
  expect(new Headers({ authorization: token }).get('authorization')).toBe(token)
})

test.each(badTokens.filter(({ name }) => !name.endsWith('10 000 deep')))(
  'fits into the 16 KB of header fields that Node accepts: $name ($rule)',
  async ({ make }) => {
    expect((await make(server)).length).toBeLessThan(15_000)
  },
)

function isSigned(token: string): boolean {
  const end = token.lastIndexOf('.')
  const key = { key: server.keys.ES256.publicKey, dsaEncoding: 'ieee-p1363' } as const
  return verify(
    'sha256',
    Buffer.from(token.slice(0, end)),
    key,
    Buffer.from(token.slice(end + 1), 'base64url'),
  )
}
