import type { KeyObject } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { bindingWith } from '../../test-support/binding.js'
import { fakeKeys } from '../../test-support/fake-keys.js'
import {
  draftClaims,
  forgeToken,
  issuer,
  moment,
  resource,
  type SigningKey,
  signingKey,
  signToken,
} from '../../test-support/tokens.js'
import { parseCompactJws } from '../jws/compact-jws.js'
import { signatureAlgorithms } from '../jws/signature-algorithms.js'
import { Unavailable } from '../rejection.js'
import { type BoundJwtIssuer, bindIssuer } from './bind-issuer.js'
import { type JwtIssuerOptions, jwtIssuer } from './jwt-issuer.js'
import { verifyJwt } from './verify-jwt.js'

const key = await signingKey('ES256', 'k1')
const other = await signingKey('ES256', 'k2')
const binding = bindingWith({ clockToleranceSeconds: 0 })

function trusting(keys: readonly SigningKey[], options: Partial<JwtIssuerOptions> = {}): BoundJwtIssuer {
  const jwks = { keys: keys.map(({ jwk }) => jwk) }
  return bindIssuer(jwtIssuer({ issuer, jwks, ...options }), binding) as BoundJwtIssuer
}

const verify = (token: string, trusted: BoundJwtIssuer = trusting([key])) =>
  verifyJwt(parseCompactJws(token), trusted)

test('finds a good token good, and reads it (RFC 9068 §4)', async () => {
  const claims = draftClaims({ aud: ['x', resource], scope: 'a b', extra: { deep: [1] } })
  const token = await verify(await signToken(key, claims))
  expect(token).toMatchObject({ issuer, subject: 'user-1', clientId: 'client-1', expiresAt: moment + 300 })
  expect([token.audience, [...token.scopes]]).toEqual([
    ['x', resource],
    ['a', 'b'],
  ])
  expect(token.claims).toEqual(claims)
})

test('freezes audience and claims through and through', async () => {
  const { audience, claims } = await verify(await signToken(key, { extra: { deep: [1] } }))
  for (const frozen of [audience, claims, claims['extra']]) expect(Object.isFrozen(frozen)).toBe(true)
})

describe('the client', () => {
  test.each<['rfc9068' | 'jwt', object, string | undefined]>([
    ['rfc9068', { azp: 'b' }, 'client-1'],
    ['jwt', { azp: 'b' }, 'client-1'],
    ['jwt', { client_id: undefined, azp: 'b' }, 'b'],
    ['jwt', { client_id: undefined }, undefined],
  ])('with profile %s and %j is %j', async (profile, changes, clientId) => {
    const token = await verify(await signToken(key, changes), trusting([key], { profile }))
    expect(token.clientId).toBe(clientId)
  })
})

test('leaves subject and audience empty when the token names none and may do so', async () => {
  const trusted = trusting([key], { profile: 'jwt', audience: { absent: 'allowed' } })
  const token = await verify(await signToken(key, { aud: undefined, sub: undefined }), trusted)
  expect([token.subject, token.audience]).toEqual([undefined, []])
})

test('reads scopes from the claims that the configuration names (SCOPE-02)', async () => {
  const token = await verify(
    await signToken(key, { roles: ['r'] }),
    trusting([key], { scopeClaims: ['roles'] }),
  )
  expect([...token.scopes]).toEqual(['r'])
})

describe('the algorithm', () => {
  test.each([
    'none',
    'None',
    'nOnE',
    'es256',
    'HS256',
    'ES384',
    '',
    undefined,
    null,
    5,
    ['ES256'],
    'toString',
  ])('%j is refused before a key is looked for (JOSE-06, AT-03)', async (alg) => {
    const trusted = {
      ...trusting([key]),
      keys: fakeKeys([], { find: () => Promise.reject(new Error('asked for keys')) }),
    }
    const token = forgeToken({ alg, kid: 'k1', typ: 'at+jwt' }, draftClaims())
    await expect(verify(token, trusted)).rejects.toMatchObject({ code: 'token_algorithm_refused' })
  })

  test('has to be one that the issuer may use (JOSE-06)', async () => {
    const token = await signToken(key)
    const trusted = { ...trusting([key]), algorithms: ['RS256'] as const }
    await expect(verify(token, trusted)).rejects.toMatchObject({
      code: 'token_algorithm_refused',
      message: 'alg is "ES256", expected one of RS256',
    })
  })

  test.each(signatureAlgorithms)('%s verifies (AT-08, JOSE-19)', async (alg) => {
    const pair = await signingKey(alg)
    await expect(
      verify(await signToken(pair), trusting([pair], { algorithms: [alg] })),
    ).resolves.toBeDefined()
  })

  test.each([
    ['EdDSA', 'Ed25519'],
    ['Ed25519', 'EdDSA'],
  ] as const)(
    '%s is %s by another name, in key and token (JOSE-19, RFC 9864 §2.2)',
    async (signed, named) => {
      const pair = await signingKey(signed)
      const trusted = trusting([{ ...pair, jwk: { ...pair.jwk, alg: named } }])
      await expect(verify(await signToken(pair), trusted)).resolves.toBeDefined()
    },
  )

  test('has to be the one that the key is for (JOSE-07)', async () => {
    const pair = await signingKey('RS256')
    const trusted = trusting([{ ...pair, jwk: { ...pair.jwk, alg: 'PS256' } }])
    await expect(verify(await signToken(pair), trusted)).rejects.toMatchObject({ code: 'token_key_unknown' })
  })
})

describe('the key', () => {
  test('is the one with the kid of the token (JOSE-11)', async () => {
    const trusted = trusting([other, key])
    await expect(verify(await signToken(key), trusted)).resolves.toBeDefined()
    await expect(verify(await signToken(key, {}, { kid: 'k2' }), trusted)).rejects.toMatchObject({
      code: 'token_signature_invalid',
    })
  })

  test.each(['K1', 'k1 ', '', '../../dev/null', 'k'.repeat(10_000)])(
    'is unknown by the kid %s (JOSE-11)',
    async (kid) => {
      const error = await verify(await signToken(key, {}, { kid })).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'token_key_unknown' })
      expect((error as Error).message.length).toBeLessThan(200)
    },
  )

  test.each<[number | undefined, string]>([
    [undefined, 'no key for ES256 has kid "k9", or more than four have'],
    [59.6, 'no key for ES256 has kid "k9", or more than four have; the keys are 60 s old'],
  ])(
    'is unknown among keys of an age that is told, where it is known: %j (JOSE-31)',
    async (ageSeconds, message) => {
      const health = () => ({ ...fakeKeys().health(), ageSeconds })
      const trusted = { ...trusting([key]), keys: fakeKeys([], { health }) }
      await expect(verify(await signToken(key, {}, { kid: 'k9' }), trusted)).rejects.toMatchObject({
        message,
      })
    },
  )

  test.each([5, null, {}, ['k1'], true])(
    'is unknown by a kid that is no string: %j (JOSE-11)',
    async (kid) => {
      await expect(
        verify(forgeToken({ alg: 'ES256', kid, typ: 'at+jwt' }, draftClaims())),
      ).rejects.toMatchObject({
        code: 'token_key_unknown',
      })
    },
  )

  test('is the only one when the token names none (JOSE-12)', async () => {
    await expect(verify(await signToken(key, {}, { kid: undefined }))).resolves.toBeDefined()
  })

  test.each([
    ['no kid', { kid: undefined }, [other, key]],
    ['a kid that two keys have', { kid: 'k2' }, [other, { ...key, jwk: { ...key.jwk, kid: 'k2' } }]],
  ] as const)(
    'is found among several by trying each, with %s (JOSE-12, JOSE-13)',
    async (_, header, keys) => {
      for (const signer of [key, other]) {
        await expect(verify(await signToken(signer, {}, header), trusting(keys))).resolves.toBeDefined()
      }
      const stranger = await signingKey('ES256', 'k3')
      await expect(verify(await signToken(stranger, {}, header), trusting(keys))).rejects.toMatchObject({
        code: 'token_signature_invalid',
      })
    },
  )

  test('is not looked for among more than four that fit (JOSE-12)', async () => {
    const token = await signToken(key, {}, { kid: undefined })
    const four = [other, other, other, key]
    await expect(verify(token, trusting(four))).resolves.toBeDefined()
    await expect(verify(token, trusting([...four, other]))).rejects.toMatchObject({
      code: 'token_key_unknown',
    })
  })

  test('comes from the configuration, never from the header of the token (JOSE-10)', async () => {
    const header = {
      kid: 'k1',
      jwk: other.jwk,
      jku: 'https://evil.example/keys',
      x5c: ['MII'],
      x5u: 'https://evil.example',
    }
    await expect(verify(await signToken(other, {}, header))).rejects.toMatchObject({
      code: 'token_signature_invalid',
    })
  })

  test('that cannot be got is nobody’s fault but the server’s (JOSE-33)', async () => {
    const unavailable = new Unavailable('keys_unavailable', 'no answer', { retryAfterSeconds: 1 })
    const trusted = { ...trusting([key]), keys: fakeKeys([], { find: () => Promise.reject(unavailable) }) }
    await expect(verify(await signToken(key), trusted)).rejects.toBe(unavailable)
  })
})

describe('the signature', () => {
  let parts: string[] = []
  beforeEach(async () => {
    parts = (await signToken(key)).split('.')
  })

  const [, forged] = forgeToken({}, draftClaims({ sub: 'admin' })).split('.')
  const bytes = (length: number, value: number) => Buffer.alloc(length, value).toString('base64url')

  test.each<[string, (signed: readonly string[]) => unknown[]]>([
    ['over another payload', ([head, , signature]) => [head, forged, signature]],
    ['of zeros', ([head, payload]) => [head, payload, bytes(64, 0)]],
    ['beyond the order of the curve', ([head, payload]) => [head, payload, bytes(64, 255)]],
    ['of 63 octets', ([head, payload]) => [head, payload, bytes(63, 1)]],
    ['of 65 octets', ([head, payload]) => [head, payload, bytes(65, 1)]],
    ['of one octet', ([head, payload]) => [head, payload, bytes(1, 1)]],
  ])('is refused %s (JOSE-17, AT-03)', async (_, tampered) => {
    await expect(verify(tampered(parts).join('.'))).rejects.toMatchObject({ code: 'token_signature_invalid' })
  })

  test('is not the claims’ to replace: a broken program is no bad token', async () => {
    const broken = { ...trusting([key]), keys: fakeKeys([{} as KeyObject]) }
    await expect(verify(parts.join('.'), broken)).rejects.toThrow(TypeError)
  })
})

describe('the order of the checks: the first failure gives the code', () => {
  const claimFailures: [code: string, changes: object][] = [
    ['token_claim_missing', { jti: undefined }],
    ['token_claim_invalid', { sub: 5 }],
    ['token_issuer_untrusted', { iss: 'https://evil.example' }],
    ['token_audience_mismatch', { aud: 'x' }],
    ['token_expired', { exp: moment }],
    ['token_not_yet_valid', { nbf: moment + 1 }],
  ]
  const failingFrom = (at: number): object =>
    Object.assign({}, ...claimFailures.slice(at).map(([, changes]) => changes))

  test.each([
    ['token_type_unexpected', { typ: 'JWT', alg: 'none', kid: 'k3' }],
    ['token_algorithm_refused', { alg: 'none', kid: 'k3' }],
    ['token_key_unknown', { kid: 'k3' }],
    ['token_signature_invalid', {}],
  ])('%s, whatever else is wrong', async (code, header) => {
    const token = forgeToken(
      { alg: 'ES256', kid: 'k1', typ: 'at+jwt', ...header },
      draftClaims(failingFrom(0)),
    )
    await expect(verify(token)).rejects.toMatchObject({ code })
  })

  test.each(claimFailures.map(([code], at) => [code, at] as const))(
    '%s, after the signature',
    async (code, at) => {
      await expect(verify(await signToken(key, failingFrom(at)))).rejects.toMatchObject({ code })
    },
  )
})

describe('every claim that RFC 9068 demands', () => {
  test.each(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])(
    'has to be there: %s (AT-07)',
    async (name) => {
      await expect(verify(await signToken(key, { [name]: undefined }))).rejects.toMatchObject({
        code: 'token_claim_missing',
      })
    },
  )

  test.each(['aud', 'exp', 'iss'])('and %s with profile jwt, too (AT-05, AT-06)', async (name) => {
    const token = await signToken(key, { [name]: undefined })
    await expect(verify(token, trusting([key], { profile: 'jwt' }))).rejects.toMatchObject({
      code: 'token_claim_missing',
    })
  })
})

test('an ID token of the same issuer and key is refused (AT-13)', async () => {
  const token = await signToken(key, { nonce: 'n', aud: 'client-1' }, { typ: 'JWT' })
  await expect(verify(token)).rejects.toMatchObject({ code: 'token_type_unexpected' })
  await expect(verify(token, trusting([key], { profile: 'jwt' }))).rejects.toMatchObject({
    code: 'token_type_unexpected',
  })
  const bare = await signToken(key, { aud: 'client-1' }, { typ: 'JWT' })
  await expect(verify(bare, trusting([key], { profile: 'jwt' }))).rejects.toMatchObject({
    code: 'token_audience_mismatch',
  })
})

test.each(['nonce', 'at_hash', 'c_hash', 's_hash', 'events'])(
  'a token with %s is no access token, even for this audience, with profile jwt (AT-13)',
  async (name) => {
    const token = await signToken(key, { [name]: 'x' }, { typ: 'JWT' })
    const asked = {
      ...trusting([key], { profile: 'jwt' }),
      keys: fakeKeys([], { find: () => Promise.reject(new Error('asked')) }),
    }
    await expect(verify(token, asked)).rejects.toMatchObject({ code: 'token_type_unexpected' })
    await expect(verify(await signToken(key, { [name]: 'x' }))).resolves.toBeDefined()
  },
)
