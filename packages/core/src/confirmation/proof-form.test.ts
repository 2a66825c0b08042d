import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { clientAt, type DpopClient, signRaw, url } from '../../test-support/dpop.js'
import { rejection, thrownBy } from '../../test-support/refusal.js'
import { forgeToken, moment } from '../../test-support/tokens.js'
import type { SignatureAlgorithm } from '../jws/signature-algorithms.js'
import type { Rejection } from '../rejection.js'
import { readProof } from './proof-form.js'
import { ProofHeaders } from './proof-headers.js'

const client = clientAt()
const algorithms: readonly SignatureAlgorithm[] = ['ES256', 'PS256', 'Ed25519', 'EdDSA']
const asked = { method: 'GET', url, token: 'a-token' }
const draft = (claims: object = {}, header: object = {}, from: DpopClient = client) =>
  from.draft({
    ...asked,
    claims: claims as Record<string, unknown>,
    header: header as Record<string, unknown>,
  })
const proofWith = (claims?: object, header?: object, from?: DpopClient) =>
  signRaw(draft(claims, header, from))
const read = (field: string) => readProof(field, algorithms, new ProofHeaders())
const expectMalformed = (field: string) => expect(() => read(field)).toThrow(rejection('proof_malformed'))

test('is what RFC 9449 §4.2 asks for (DPOP-01)', () => {
  const field = proofWith({ jti: 'a', extra: [1] }, { kid: 'k' })
  expect(read(field)).toMatchObject({
    header: { algorithm: 'ES256', jwk: { ...client.jwk }, thumbprint: client.thumbprint },
    claims: { jti: 'a', htm: 'GET', htu: url, iat: moment, extra: [1] },
    jws: { payload: field.split('.')[1] },
  })
})

describe('a header that is known from a good proof', () => {
  const key = createPublicKey({ key: { ...client.jwk }, format: 'jwk' })
  const known = { algorithm: 'ES256', jwk: { ...client.jwk }, thumbprint: client.thumbprint, key } as const
  const field = proofWith({ jti: 'a' })
  const headers = new ProofHeaders()
  headers.remember(field.split('.')[0] ?? '', known)

  test('is not read again', () => {
    expect(readProof(field, algorithms, headers).header).toBe(known)
    expect(readProof(proofWith({}, { kid: 'k' }), algorithms, headers).header).not.toBe(known)
  })

  test('still has to have an algorithm that the issuer of the token accepts (DPOP-07)', () => {
    expect(() => readProof(field, ['ES384'], headers)).toThrow(rejection('proof_malformed'))
  })

  test('makes no proof good that has the wrong form (DPOP-02)', () => {
    const [header, payload, signature] = field.split('.')
    for (const bad of [`${header}.${payload}`, `${header}.e30.${signature}`, `${header}.${payload}.a`])
      expect(() => readProof(bad, algorithms, headers)).toThrow(rejection('proof_malformed'))
  })
})

test('takes nothing in the header for what is known of it', () => {
  const claimed = { thumbprint: clientAt().thumbprint, key: 'x', algorithm: 'none' }
  expect(read(proofWith({}, claimed)).header).toEqual({
    algorithm: 'ES256',
    jwk: { ...client.jwk },
    thumbprint: client.thumbprint,
  })
})

test('reads the proof that RFC 9449 §7.1 has in its example (DPOP-01)', () => {
  const example =
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA'
  expect(read(example).claims).toEqual({
    jti: 'e1j3V_bKic8-LAEB',
    htm: 'GET',
    htu: 'https://resource.example.org/protectedresource',
    iat: 1562262618,
    ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo',
  })
})

describe('is malformed when it is not one JWT', () => {
  const good = proofWith()
  const [header = '', payload = '', signature = ''] = good.split('.')
  test.each<[string, string]>([
    ['but nothing', ''],
    ['but opaque', 'junk'],
    ['but two segments', `${header}.${payload}`],
    ['but five, as a JWE has', `${good}.${payload}.${payload}`],
    ['but unsigned', `${header}.${payload}.`],
    ['but two, joined with a comma', `${good}, ${good}`],
    ['but has padding', `${header}=.${payload}.${signature}`],
    ['but has a space at its end', `${good} `],
    ['but has a name before it', `DPoP ${good}`],
    ['but JSON', JSON.stringify({ protected: header, payload, signature })],
  ])('%s (DPOP-03, DPOP-04)', (_, field) => {
    expectMalformed(field)
    expect((thrownBy(() => read(field)) as Rejection).message).not.toContain(payload)
  })

  test.each([['exp'], []])('but has crit %j (DPOP-11)', (...crit) => {
    expectMalformed(proofWith({}, { crit }))
  })

  test('but has a member twice (JOSE-04)', () => {
    const { payload, ...rest } = draft()
    expectMalformed(signRaw({ ...rest, payload: `{"jti":"a",${JSON.stringify(payload).slice(1)}` }))
  })
})

describe('is malformed without its claims', () => {
  test.each(['jti', 'htm', 'htu', 'ath'])('%s, a text that is not empty (DPOP-05)', (name) => {
    for (const value of [undefined, '', 5, null, true, ['GET'], { a: 1 }])
      expectMalformed(proofWith({ [name]: value }))
  })

  test('iat, a number (DPOP-05)', () => {
    for (const iat of [undefined, null, '1767225600', '', true, [moment], { a: 1 }])
      expectMalformed(proofWith({ iat }))
  })

  test.each(['exp', 'nbf'])('or with %s that is no number (DPOP-22)', (name) => {
    for (const value of ['1767225600', null, true, [1], {}]) expectMalformed(proofWith({ [name]: value }))
    expect(read(proofWith({ [name]: moment + 0.5 })).claims).toHaveProperty(name, moment + 0.5)
  })

  test('and not for claims of another kind (DPOP-48)', () => {
    for (const claims of [{ nonce: '' }, { nonce: 5 }, { iss: 5, sub: null, aud: 1 }, { constructor: 1 }])
      expect(read(proofWith(claims)).claims).toMatchObject(claims)
  })
})

describe('typ', () => {
  test.each(['dpop+jwt', 'DPOP+JWT', 'DPoP+jwt', 'application/dpop+jwt', 'Application/DPoP+JWT'])(
    'may be %s (DPOP-06, RFC 7515 §4.1.9)',
    (typ) => {
      expect(read(proofWith({}, { typ })).header.algorithm).toBe('ES256')
    },
  )

  test('may be written with an escape of JSON (DPOP-06)', () => {
    const { header, ...rest } = draft()
    const escaped = JSON.stringify(header).replace('dpop+jwt', String.raw`dpop\u002bjwt`)
    expect(escaped).not.toContain('dpop+jwt')
    expect(read(signRaw({ ...rest, header: escaped })).header.algorithm).toBe('ES256')
  })

  test.each([
    undefined,
    null,
    '',
    'JWT',
    'at+jwt',
    'dpop',
    'dpop+jwt ',
    ' dpop+jwt',
    'dpop+jwt;a=b',
    'application/application/dpop+jwt',
    'text/dpop+jwt',
    ['dpop+jwt'],
    5,
  ])('is nothing else: %j (DPOP-06)', (typ) => {
    expectMalformed(proofWith({}, { typ }))
  })
})

describe('alg', () => {
  test.each(algorithms)('may be %s, with a key of its kind (DPOP-07)', (algorithm) => {
    const own = clientAt(moment, algorithm)
    expect(read(proofWith({}, {}, own))).toMatchObject({ header: { algorithm, jwk: own.jwk } })
  })

  test.each([
    'none',
    'None',
    'HS256',
    'RS256',
    'ES384',
    'ES256K',
    'es256',
    'ES256 ',
    '',
    null,
    5,
    ['ES256'],
    undefined,
    '__proto__',
  ])('is nothing that is not accepted here: %j (DPOP-07)', (alg) => {
    expectMalformed(proofWith({}, { alg }))
  })

  test('is told what it may be, and what it was', () => {
    const { message } = thrownBy(() => read(proofWith({}, { alg: 'HS256' }))) as Rejection
    expect(message).toBe('DPoP proof: alg is "HS256", expected one of ES256, PS256, Ed25519, EdDSA')
  })
})

describe('jwk', () => {
  const { jwk } = client
  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])(
    'has no %s, whatever it holds, and nothing of it is printed (DPOP-09)',
    (name) => {
      for (const value of ['c2VjcmV0', '', null]) {
        const field = proofWith({}, { jwk: { ...jwk, [name]: value } })
        expectMalformed(field)
        expect((thrownBy(() => read(field)) as Rejection).stack).not.toContain('c2VjcmV0')
      }
    },
  )

  test.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['a text', JSON.stringify(jwk)],
    ['a list', [jwk]],
    ['a number', 5],
    ['empty', {}],
    ['symmetric', { kty: 'oct', k: 'c2VjcmV0' }],
    ['of another curve', clientAt(moment, 'ES384').jwk],
    ['of another type', clientAt(moment, 'PS256').jwk],
    ['for another algorithm', { ...jwk, alg: 'ES384' }],
    ['for encryption', { ...jwk, use: 'enc' }],
    ['without a coordinate', { ...jwk, y: undefined }],
    ['with a coordinate that is no text', { ...jwk, x: [jwk.x] }],
  ])(
    'is a public key of the kind that alg needs, not one that is %s (DPOP-08, DPOP-09, DPOP-10)',
    (_, other) => {
      expectMalformed(proofWith({}, { jwk: other }))
    },
  )

  test('may have other members, and parameters beside it that name keys mean nothing (DPOP-08, DPOP-48)', () => {
    const other = { ...jwk, kid: 'k', use: 'sig', key_ops: ['verify'], alg: 'ES256', foo: 1 }
    const header = { jwk: other, kid: 'x', jku: 'https://evil.example', x5c: ['MII'], foo: 1 }
    expect(read(proofWith({}, header)).header.jwk).toEqual(other)
  })
})

test('is not verified here: whoever forged it, it has its form', () => {
  const { header, payload } = draft()
  expect(read(forgeToken(header, payload)).claims.htm).toBe('GET')
})
