import { describe, expect, test, vi } from 'vitest'
import { clientAt, policyWith, sha256Of, signRaw, url } from '../../test-support/dpop.js'
import { reasonOf } from '../../test-support/refusal.js'
import { moment, resource } from '../../test-support/tokens.js'
import { isSignedWith } from '../jws/is-signed-with.js'
import type { NonceSource } from './dpop-nonce.js'
import { verifyProof } from './dpop-proof.js'
import { ProofHeaders } from './proof-headers.js'

vi.mock('../jws/is-signed-with.js', { spy: true })

const client = clientAt()
const stranger = clientAt()
const token = 'a-token'
const nonce: NonceSource = {
  current: () => 'fresh',
  judge: (given) => (given === 'now' ? 'current' : given === 'before' ? 'previous' : 'unknown'),
}
const policy = policyWith({ nonce })
const expectedWith = (changes: object = {}) => ({
  jkt: client.thumbprint,
  tokenHash: sha256Of(token),
  method: 'GET',
  targets: [url],
  resource,
  now: moment,
  proofHeaders: new ProofHeaders(),
  ...changes,
})
const draftOf = (claims: object = {}, header: object = {}, by = client) =>
  by.draft({ method: 'GET', url, token, nonce: 'now', claims: { ...claims }, header: { ...header } })
const verified = (claims?: object, changes?: object) =>
  verifyProof(signRaw(draftOf(claims)), expectedWith(changes), policy)

test('is good when every check is passed (DPOP-01)', async () => {
  await expect(verified()).resolves.toEqual({
    id: expect.stringMatching(/^[\w-]{43}$/),
    until: moment + 60,
    newNonce: undefined,
  })
})

test('brings a new nonce when it carries the previous one (DPOP-39)', async () => {
  await expect(verified({ nonce: 'before' })).resolves.toMatchObject({ newNonce: 'fresh' })
})

describe('the first check that fails gives the code', () => {
  /** In the order of the checks. Each fails for one reason alone. */
  const failures: readonly (readonly [
    code: string,
    { claims?: object; header?: object; expected?: object },
  ])[] = [
    ['proof_malformed', { header: { typ: 'JWT' } }],
    ['confirmation_mismatch', { expected: { jkt: stranger.thumbprint } }],
    ['proof_method_mismatch', { claims: { htm: 'POST' } }],
    ['proof_target_mismatch', { claims: { htu: 'https://evil.example/' } }],
    ['proof_token_mismatch', { claims: { ath: sha256Of('another-token') } }],
    ['proof_nonce_unknown', { claims: { nonce: 'stale' } }],
    ['proof_stale', { claims: { iat: moment - 61 } }],
    ['proof_signature_invalid', {}],
  ]
  const isForged = (code: string) => code === 'proof_signature_invalid'

  async function codeOf(failing: typeof failures) {
    const [claims, header, expected] = (['claims', 'header', 'expected'] as const).map((part) =>
      Object.assign({}, ...failing.map(([, failure]) => failure[part])),
    )
    const key = failing.some(([code]) => isForged(code)) ? stranger.privateKey : client.privateKey
    const field = signRaw({ ...draftOf(claims, header), key })
    const computing = vi.mocked(isSignedWith).mockClear()
    const error = await reasonOf(verifyProof(field, expectedWith(expected), policy))
    return { code: (error as { code: unknown }).code, signatureComputed: computing.mock.calls.length > 0 }
  }

  test.each(failures)('%s alone (RFC 9449 §4.3)', async (code, failure) => {
    await expect(codeOf([[code, failure]])).resolves.toEqual({ code, signatureComputed: isForged(code) })
  })

  test.each(failures.slice(0, -1).map(([code], at) => [code, failures[at + 1]?.[0] ?? '', at] as const))(
    '%s stands before %s (RFC 9449 §4.3)',
    async (code, _, at) => {
      await expect(codeOf(failures.slice(at, at + 2))).resolves.toMatchObject({ code })
    },
  )

  test.each(failures.slice(0, -1).map(([code], at) => [code, at] as const))(
    '%s, whatever fails after it; the key of the proof is not used until all that is cheap has passed (DPOP-10)',
    async (code, at) => {
      await expect(codeOf(failures.slice(at))).resolves.toEqual({ code, signatureComputed: false })
    },
  )

  test('a nonce that is missing, too, before the time and after ath (DPOP-34)', async () => {
    const missing = { nonce: undefined, iat: moment - 61 }
    expect(await reasonOf(verified(missing))).toMatchObject({ code: 'proof_nonce_missing' })
    const both = { nonce: undefined, ath: sha256Of('another-token') }
    expect(await reasonOf(verified(both))).toMatchObject({ code: 'proof_token_mismatch' })
  })
})

describe('what is remembered of it', () => {
  const other = `${resource}/v1/y`
  const idOf = async (claims: object, changes?: object, by = client) =>
    (
      await verifyProof(
        signRaw(draftOf(claims, {}, by)),
        expectedWith({ jkt: by.thumbprint, targets: [url, other], ...changes }),
        policy,
      )
    ).id

  test('is one for one key, target and jti, whatever else it says (DPOP-43)', async () => {
    const ids = [
      await idOf({ jti: 'a' }),
      await idOf({ jti: 'a', iat: moment - 30, nonce: 'before', extra: 1 }),
      await idOf({ jti: 'a', htu: 'HTTPS://API.EXAMPLE:443/v1/./x?query#fragment' }),
      await idOf({ jti: 'a', htm: 'POST' }, { method: 'POST' }),
      await idOf({ jti: 'a', ath: sha256Of('b') }, { tokenHash: sha256Of('b') }),
    ]
    expect(new Set(ids).size).toBe(1)
  })

  test('is another for another key, target or jti: no client burns what another may use (DPOP-43)', async () => {
    const ids = [
      await idOf({ jti: 'a' }),
      await idOf({ jti: 'A' }),
      await idOf({ jti: 'a ' }),
      await idOf({ jti: 'a' }, {}, stranger),
      await idOf({ jti: 'a', htu: other }),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('keeps its parts apart: nothing in a jti makes it look like another proof’s (DPOP-43)', async () => {
    const jtis = ['a","b', 'a', '"a"', 'a\\', '\ud800', '\udfff', '\ufffd', `${url}","a`]
    const ids = await Promise.all(jtis.map((jti) => idOf({ jti })))
    expect(new Set(ids).size).toBe(jtis.length)
  })

  test('is short, however long its jti is (DPOP-45)', async () => {
    expect(await idOf({ jti: 'j'.repeat(64 * 1024) })).toHaveLength(43)
  })

  test.each([0, -60, 10, -30.5])(
    'is kept until the last second at which it is good: iat %d s from now (DPOP-44)',
    async (ahead) => {
      const iat = moment + ahead
      const { until } = await verified({ iat })
      expect(until).toBe(iat + 60)
      await expect(verified({ iat }, { now: until })).resolves.toBeDefined()
      expect(await reasonOf(verified({ iat }, { now: until + 0.001 }))).toMatchObject({ code: 'proof_stale' })
    },
  )
})
