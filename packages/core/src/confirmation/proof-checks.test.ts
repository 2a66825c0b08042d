import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { clientAt, type DpopClient, sha256Of, signRaw, url } from '../../test-support/dpop.js'
import { reasonOf, rejection, thrownBy } from '../../test-support/refusal.js'
import { moment, resource } from '../../test-support/tokens.js'
import { sha256 } from '../jws/sha256.js'
import { signatureAlgorithms } from '../jws/signature-algorithms.js'
import type { Rejection } from '../rejection.js'
import type { NonceSource } from './dpop-nonce.js'
import {
  checkAccessTokenHash,
  checkBinding,
  checkMethod,
  checkNonce,
  checkSignature,
  checkTarget,
  checkTime,
} from './proof-checks.js'
import { type DpopProof, readProof } from './proof-form.js'
import { ProofHeaders } from './proof-headers.js'

const client = clientAt()
const token = 'a-token'
function proofWith(claims: object = {}, header: object = {}, from: DpopClient = client): DpopProof {
  const options = { claims: { ...claims }, header: { ...header } }
  return readProof(
    signRaw(from.draft({ method: 'GET', url, token, ...options })),
    signatureAlgorithms,
    new ProofHeaders(),
  )
}

describe('the binding', () => {
  test('is to the key that jkt names (DPOP-24)', () => {
    expect(checkBinding(proofWith(), client.thumbprint)).toBeUndefined()
    expect(
      checkBinding(proofWith({}, { jwk: { ...client.jwk, kid: 'k' } }), client.thumbprint),
    ).toBeUndefined()
  })

  test.each<[string, string]>([
    ['of another client', clientAt().thumbprint],
    ['with padding', `${client.thumbprint}=`],
    ['in another case', client.thumbprint.toLowerCase()],
    ['cut short', client.thumbprint.slice(0, -1)],
    ['that is the key itself', JSON.stringify(client.jwk)],
    ['that is empty', ''],
    ['that names what has no thumbprint', 'undefined'],
  ])('is to no jkt %s: that is a bad token, not a bad proof (DPOP-24)', (_, jkt) => {
    const error = thrownBy(() => checkBinding(proofWith(), jkt))
    expect(error).toMatchObject({ code: 'confirmation_mismatch', error: 'invalid_token', status: 401 })
  })
})

describe('htm', () => {
  test.each(['GET', 'HEAD', 'get', 'X-PURGE'])('is the method as it came: %s (DPOP-12)', (method) => {
    expect(checkMethod(proofWith({ htm: method }), method)).toBeUndefined()
  })

  test.each([
    ['get', 'GET'],
    ['GET', 'get'],
    ['GET', 'HEAD'],
    ['POST', 'GET'],
    ['GET ', 'GET'],
    ['GETX', 'GET'],
    ['*', 'GET'],
    ['GET', ''],
  ])('%j is not the method %j (DPOP-12)', (htm, method) => {
    expect(() => checkMethod(proofWith({ htm }), method)).toThrow(rejection('proof_method_mismatch'))
  })

  test('is quoted safely', () => {
    const { message } = thrownBy(() =>
      checkMethod(proofWith({ htm: 'a\r\nb"é'.repeat(50) }), 'GET'),
    ) as Rejection
    expect(message).toMatch(/^htm is "a\\r\\nb\\"[\x20-\x7e]+\.{3}, the method is "GET"$/)
  })
})

describe('htu', () => {
  const gateway = 'https://gateway.example/api/v1/x'

  test('is one of the targets; its normal form is what is remembered (DPOP-13, DPOP-14, DPOP-15)', () => {
    const targets = [url, gateway]
    expect(checkTarget(proofWith({ htu: 'HTTPS://API.example:443/v1/./%78?a#b' }), targets)).toBe(url)
    expect(checkTarget(proofWith({ htu: gateway }), targets)).toBe(gateway)
  })

  test('is compared with targets that are not in normal form themselves (DPOP-14)', () => {
    expect(checkTarget(proofWith({ htu: `${resource}/~a%2F` }), [`${resource}/%7ea%2f`])).toBe(
      `${resource}/~a%2F`,
    )
  })

  test.each([
    'https://api.example/v1/X',
    'https://api.example/v1/x/',
    'https://evil.example/v1/x',
    '/v1/x',
    'https:/api.example/v1/x',
    'https://user@api.example/v1/x',
    'undefined',
  ])('is no other: %s (DPOP-16, DPOP-17)', (htu) => {
    expect(() => checkTarget(proofWith({ htu }), [url, gateway])).toThrow(rejection('proof_target_mismatch'))
  })

  test('matches nothing where the request target could be understood in several ways (DPOP-19)', () => {
    const { message } = thrownBy(() => checkTarget(proofWith(), [])) as Rejection
    expect(message).toBe(
      `htu is "${url}", and the request target has a dot segment, or characters that no URI has: no proof fits it`,
    )
  })

  test('never matches by being no URI on both sides (DPOP-17)', () => {
    for (const text of ['', 'x', '*', 'https://'])
      expect(() => checkTarget(proofWith({ htu: text || ' ' }), [text])).toThrow(
        rejection('proof_target_mismatch'),
      )
  })
})

describe('ath', () => {
  test('is the hash of the token as it came, a JWT or not (DPOP-23)', () => {
    for (const text of [token, 'mF_9.B5f-4.1JqM', 'YQ=='])
      expect(checkAccessTokenHash(proofWith({ ath: sha256Of(text) }), sha256(text))).toBeUndefined()
  })

  test.each([
    sha256Of('another-token'),
    `${sha256Of(token)}=`,
    Buffer.from(sha256Of(token), 'base64url').toString('hex'),
    token,
    sha256Of(`DPoP ${token}`),
  ])('is no other: %s (DPOP-23)', (ath) => {
    expect(() => checkAccessTokenHash(proofWith({ ath }), sha256(token))).toThrow(
      rejection('proof_token_mismatch'),
    )
  })
})

describe('nonce', () => {
  const context = { resource, now: moment }
  const source = (standing: unknown): NonceSource => ({
    current: () => 'fresh',
    judge: vi.fn(() => standing as 'current'),
  })

  test('means nothing where none is asked for, whatever it is (DPOP-48)', () => {
    for (const nonce of [undefined, '', 'x', 5, null])
      expect(checkNonce(proofWith({ nonce }), undefined, context)).toBeUndefined()
  })

  test.each([undefined, ''])('is missing when it is %j (DPOP-34, DPOP-36)', (nonce) => {
    const judge = source('current')
    expect(() => checkNonce(proofWith({ nonce }), judge, context)).toThrow(rejection('proof_nonce_missing'))
    expect(judge.judge).not.toHaveBeenCalled()
  })

  test('is judged by its source, here and now (DPOP-35)', () => {
    const judge = source('current')
    expect(checkNonce(proofWith({ nonce: 'n' }), judge, context)).toBeUndefined()
    expect(judge.judge).toHaveBeenCalledExactlyOnceWith('n', context)
  })

  test('that is the previous one is good, and the client is told the current one (DPOP-39)', () => {
    expect(checkNonce(proofWith({ nonce: 'n' }), source('previous'), context)).toBe('fresh')
  })

  test.each(['unknown', undefined, true, 'CURRENT', null, Promise.resolve('current')])(
    'is refused when its source says %j of it (DPOP-35)',
    (standing) => {
      expect(() => checkNonce(proofWith({ nonce: 'n' }), source(standing), context)).toThrow(
        rejection('proof_nonce_unknown'),
      )
    },
  )

  test.each([5, null, true, ['n'], { a: 1 }])(
    'is refused when it is %j, and its source is not asked (DPOP-35)',
    (nonce) => {
      const judge = source('current')
      expect(() => checkNonce(proofWith({ nonce }), judge, context)).toThrow(rejection('proof_nonce_unknown'))
      expect(judge.judge).not.toHaveBeenCalled()
    },
  )
})

describe('the time', () => {
  const lifetime = { proofMaxAgeSeconds: 60, futureSkewSeconds: 10 }
  const check =
    (claims: object, now = moment) =>
    () =>
      checkTime(proofWith(claims), now, lifetime)

  test.each([moment, moment - 60, moment + 10, moment - 59.999, moment + 9.999, moment - 0.5])(
    'is good when iat is %d (DPOP-20)',
    (iat) => {
      expect(check({ iat })).not.toThrow()
    },
  )

  test.each([
    moment - 61,
    moment - 60.001,
    moment + 11,
    moment + 10.001,
    0,
    -1,
    -moment,
    1e15,
    moment * 1000,
    1e300,
  ])('is none when iat is %d (DPOP-20)', (iat) => {
    expect(check({ iat })).toThrow(rejection('proof_stale'))
  })

  test.each(['1e999', '-1e999'])('is none when iat is beyond all numbers: %s (DPOP-20)', (iat) => {
    const { payload, ...rest } = client.draft({ method: 'GET', url, token })
    const field = signRaw({ ...rest, payload: JSON.stringify(payload).replace(/"iat":\d+/, `"iat":${iat}`) })
    const proof = readProof(field, signatureAlgorithms, new ProofHeaders())
    expect(Number.isFinite(proof.claims.iat)).toBe(false)
    expect(() => checkTime(proof, moment, lifetime)).toThrow(rejection('proof_stale'))
  })

  test('is none by a clock that is no number (JOSE-23)', () => {
    expect(check({}, NaN)).toThrow(rejection('proof_stale'))
    expect(check({ exp: moment + 5, nbf: 0 }, undefined as unknown as number)).not.toThrow()
  })

  test('may have no width at all (DPOP-20)', () => {
    const none = { proofMaxAgeSeconds: 0, futureSkewSeconds: 0 }
    expect(() => checkTime(proofWith(), moment, none)).not.toThrow()
    for (const now of [moment - 0.001, moment + 0.001])
      expect(() => checkTime(proofWith(), now, none)).toThrow(rejection('proof_stale'))
  })

  test.each([
    [{ exp: moment + 0.001 }, true],
    [{ exp: moment }, false],
    [{ exp: moment - 1 }, false],
    [{ exp: 0 }, false],
    [{ nbf: moment + 10 }, true],
    [{ nbf: moment + 10.001 }, false],
    [{ nbf: 0, exp: moment + 1e9 }, true],
    [{ nbf: 0, exp: -1 }, false],
  ])('heeds exp and nbf where they are: %j (DPOP-22)', (claims, good) => {
    if (good) expect(check(claims)).not.toThrow()
    else expect(check(claims)).toThrow(rejection('proof_stale'))
  })
})

describe('the signature', () => {
  test.each(['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'Ed25519', 'EdDSA'] as const)(
    'by %s verifies with the key of the proof (DPOP-08)',
    async (algorithm) => {
      const own = clientAt(moment, algorithm)
      await expect(checkSignature(proofWith({}, {}, own), new ProofHeaders())).resolves.toBeUndefined()
    },
  )

  test('by another key does not, be it one of the same client or named beside jwk (DPOP-08)', async () => {
    const other = clientAt()
    const draft = client.draft({ method: 'GET', url, token, header: { kid: 'x', x5c: ['MII'], jku: url } })
    const proof = readProof(
      signRaw({ ...draft, key: other.privateKey }),
      signatureAlgorithms,
      new ProofHeaders(),
    )
    const error = await reasonOf(checkSignature(proof, new ProofHeaders()))
    expect(error).toMatchObject({ code: 'proof_signature_invalid' })
  })

  test('over other claims does not (DPOP-08)', async () => {
    const proof = proofWith()
    const { payload } = proofWith({ jti: 'another' }).jws
    const error = await reasonOf(
      checkSignature({ ...proof, jws: { ...proof.jws, payload } }, new ProofHeaders()),
    )
    expect(error).toMatchObject({ code: 'proof_signature_invalid' })
  })

  test('with a key that is none makes the proof malformed (DPOP-10)', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
    const bad = [
      [{ ...client.jwk, x: client.jwk.y }, 'ES256'],
      [{ kty: 'RSA', e: weak.e, n: weak.n }, 'PS256'],
    ] as const
    for (const [jwk, alg] of bad) {
      const proof = proofWith({}, { jwk, alg })
      const error = await reasonOf(checkSignature(proof, new ProofHeaders()))
      expect(error).toMatchObject({ code: 'proof_malformed' })
    }
  })

  test('that is good makes the header known, with its key, which is imported once', async () => {
    const known = new ProofHeaders()
    const first = proofWith()
    expect(known.get(first.jws.protected)).toBeUndefined()
    await checkSignature(first, known)
    const header = known.get(first.jws.protected)
    expect(header).toMatchObject({
      algorithm: 'ES256',
      thumbprint: client.thumbprint,
      key: { type: 'public' },
    })
    const next = readProof(signRaw(client.draft({ method: 'GET', url, token })), signatureAlgorithms, known)
    expect(next.header).toBe(header)
    await checkSignature(next, known)
    expect(known.get(first.jws.protected)).toBe(header)
  })

  test('that is bad makes no header known: only clients that prove a key may fill what remembers them', async () => {
    const known = new ProofHeaders()
    const draft = client.draft({ method: 'GET', url, token })
    const proof = readProof(signRaw({ ...draft, key: clientAt().privateKey }), signatureAlgorithms, known)
    await reasonOf(checkSignature(proof, known))
    expect(known.get(proof.jws.protected)).toBeUndefined()
  })

  test('under a known header is still verified (DPOP-08)', async () => {
    const known = new ProofHeaders()
    await checkSignature(proofWith(), known)
    const draft = client.draft({ method: 'GET', url, token })
    const forged = readProof(signRaw({ ...draft, key: clientAt().privateKey }), signatureAlgorithms, known)
    expect(forged.header).toHaveProperty('key')
    expect(await reasonOf(checkSignature(forged, known))).toMatchObject({ code: 'proof_signature_invalid' })
  })

  test('by one RSA key under two algorithms is held to each (JOSE-07)', async () => {
    const known = new ProofHeaders()
    const rsa = clientAt(moment, 'PS256')
    await checkSignature(proofWith({}, {}, rsa), known)
    const mislabelled = proofWith({}, { alg: 'RS256' }, rsa)
    const error = await reasonOf(checkSignature(mislabelled, known))
    expect(error).toMatchObject({ code: 'proof_signature_invalid' })
  })
})
