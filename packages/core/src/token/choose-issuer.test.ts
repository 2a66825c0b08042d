import { describe, expect, test, vi } from 'vitest'
import { reasonOf, rejection } from '../../test-support/refusal.js'
import { forgeToken } from '../../test-support/tokens.js'
import type { BoundIssuer } from './bind-issuer.js'
import { chooseIssuer as chooseAtOnce } from './choose-issuer.js'
import type { ResolvedIssuers } from './resolved-issuers.js'

/** So that what it throws at once can be waited for like everything else. */
const chooseIssuer = async (...given: Parameters<typeof chooseAtOnce>) => chooseAtOnce(...given)

const jwt = (issuer: string) => ({ kind: 'jwt', issuer }) as unknown as BoundIssuer
const asked = (issuer: string, accepts?: unknown) =>
  ({ kind: 'introspection', issuer, accepts }) as unknown as BoundIssuer

const issuers = [jwt('https://a.example'), jwt('https://b.example/'), jwt('LoginRadius')]
const named = (claims: object) => forgeToken({ alg: 'ES256' }, claims)
const choose = (claims: object, among = issuers) => chooseIssuer(named(claims), among)
const messageFor = async (iss: unknown) => {
  const error = await reasonOf(choose({ iss }))
  expect(error).toEqual(rejection('token_issuer_untrusted'))
  return (error as Error).message
}

test.each(issuers)('chooses the issuer that the token names: $issuer (JOSE-28)', async (expected) => {
  const { issuer, jws } = await choose({ iss: expected.issuer })
  expect(issuer).toBe(expected)
  expect(jws?.claims).toEqual({ iss: expected.issuer })
})

test.each([
  'https://evil.example',
  '',
  'https://A.example',
  'https://a.example:443',
  'https://a.example/x',
  'loginradius',
])('refuses the issuer %j (JOSE-27, JOSE-29)', async (iss) => {
  expect(await messageFor(iss)).toMatch(/^iss is ".*", which is not a trusted issuer$/)
})

test.for<unknown>([
  null,
  5,
  true,
  [],
  ['https://a.example'],
  [['https://b.example']],
  {},
  { toString: 1, valueOf: 1 },
  { toJSON: null },
])('refuses the issuer %j like any other bad one', async (iss) => {
  expect(await messageFor(iss)).toMatch(/which is not a trusted issuer$/)
})

test('refuses a token without issuer', async () => {
  expect(await reasonOf(choose({}))).toEqual(rejection('token_issuer_untrusted'))
})

test('refuses every token where no issuer is trusted', async () => {
  expect(await reasonOf(choose({ iss: 'https://a.example' }, []))).toEqual(
    rejection('token_issuer_untrusted'),
  )
})

test('refuses a token that is no JWT where no issuer is asked', async () => {
  expect(await reasonOf(chooseIssuer('opaque', issuers))).toEqual(rejection('token_malformed'))
})

describe('the slash at the end', () => {
  test.each([
    ['https://a.example/', 'https://a.example'],
    ['https://b.example', 'https://b.example/'],
  ])('makes another issuer of %s, and operators are told (JOSE-27)', async (iss, near) => {
    expect(await messageFor(iss)).toBe(
      `iss is "${iss}", which differs from "${near}" only by the slash at the end`,
    )
  })

  test('is the only difference that is hinted at', async () => {
    expect(await messageFor('https://a.example//')).toMatch(/not a trusted issuer/)
  })
})

describe('an opaque token', () => {
  const only = asked('https://i.example')

  test.each([
    'opaque',
    'a.b',
    'a.b.c',
    'a.b.c.d.e',
    '..',
    '.',
    'YQ.YQ.YQ',
    'W10.W10.W10',
    'bnVsbA.e30.x',
    'e30.W10.x',
  ])('goes to the one issuer that is asked: %s (INTRO-10)', async (token) => {
    expect(await chooseIssuer(token, [...issuers, only])).toEqual({ issuer: only, jws: undefined })
  })

  test('goes to the first that accepts it, and the rest hear nothing of it (INTRO-10)', async () => {
    const [no, yes, other] = [() => false, () => true, () => true].map((answer) => vi.fn(answer))
    const [a, b, c] = [no, yes, other].map((accepts, n) => asked(`https://i${n}.example`, accepts))
    expect(await chooseIssuer('opaque', [a, b, c] as BoundIssuer[])).toEqual({ issuer: b, jws: undefined })
    expect([no?.mock.calls, yes?.mock.calls, other?.mock.calls]).toEqual([[['opaque']], [['opaque']], []])
  })

  test.each([false, undefined, null, 1, 'true', {}])(
    'is accepted by nothing but true: %j (INTRO-10)',
    async (answer) => {
      const error = await reasonOf(chooseIssuer('opaque', [asked('https://i.example', () => answer)]))
      expect(error).toEqual(rejection('token_malformed'))
      expect((error as Error).message).not.toContain('opaque')
    },
  )

  test.each([() => Promise.resolve(true), () => Promise.reject(new Error('x'))])(
    'goes nowhere when accepts answers with a promise (INTRO-10)',
    async (accepts) => {
      const error = await reasonOf(chooseIssuer('opaque', [asked('https://i.example', accepts)]))
      expect(error).toMatchObject({ name: 'Unavailable', code: 'issuer_unavailable' })
      expect((error as Error).message).toContain('it has to decide at once')
    },
  )

  test('goes nowhere when accepts throws (INTRO-10)', async () => {
    const broken = asked('https://i.example', () => {
      throw new Error('broken')
    })
    const error = await reasonOf(chooseIssuer('s3cr3t', [broken, only]))
    expect(error).toMatchObject({ name: 'Unavailable', code: 'issuer_unavailable' })
    expect((error as Error).message).toBe('accepts() of introspectionIssuer for "https://i.example" failed')
  })

  test('is never looked up by a resolver (META-08)', async () => {
    const find = vi.fn()
    await chooseIssuer('opaque', [only], { find } as unknown as ResolvedIssuers)
    await reasonOf(chooseIssuer('opaque', [], { find } as unknown as ResolvedIssuers))
    expect(find).not.toHaveBeenCalled()
  })
})

describe('a JWT', () => {
  const accepts = vi.fn(() => true)
  const a = asked('https://a.example', accepts)
  const other = asked('https://i.example', accepts)

  test('is asked about at the issuer that it names, whatever that accepts (INTRO-10)', async () => {
    const picky = asked('https://i.example', () => false)
    expect(await choose({ iss: 'https://i.example' }, [...issuers, picky])).toEqual({
      issuer: picky,
      jws: undefined,
    })
  })

  test('is judged by its signature where its issuer is trusted for both (INTRO-10)', async () => {
    for (const among of [
      [a, ...issuers],
      [...issuers, a],
    ]) {
      const { issuer, jws } = await choose({ iss: 'https://a.example' }, among)
      expect([issuer, jws?.claims]).toEqual([issuers[0], { iss: 'https://a.example' }])
    }
  })

  test.each([{ iss: 'https://evil.example' }, { iss: 5 }, { iss: null }, {}])(
    'that names no trusted issuer is not asked about: %j (INTRO-10)',
    async (claims) => {
      accepts.mockClear()
      expect(await reasonOf(choose(claims, [other]))).toEqual(rejection('token_issuer_untrusted'))
      expect(accepts).not.toHaveBeenCalled()
    },
  )

  const padded = (json: string) => Buffer.from(json).toString('base64')
  const whole = named({ iss: 'https://i.example' })
  test.each<[string, string]>([
    ['a claim twice', forgeToken({ alg: 'ES256' }, '{"iss":"https://i.example","iss":"https://i.example"}')],
    ['a header member twice', forgeToken('{"alg":"none","alg":"ES256"}', { iss: 'https://i.example' })],
    ['critical extensions', forgeToken({ alg: 'ES256', crit: ['b64'] }, { iss: 'https://i.example' })],
    ['no signature', whole.slice(0, whole.lastIndexOf('.') + 1)],
    ['two segments', whole.slice(0, whole.lastIndexOf('.'))],
    ['four segments', `${whole}.x`],
    ['a disclosure behind it (SD-JWT)', `${whole}~e30~`],
    ['padding', `${padded('{"a":"xx"}')}.${padded('{"iss":"https://i.example"}')}.x`],
    ['a byte order mark', forgeToken('\u{feff}{"alg":"ES256"}', '\u{feff}{"iss":"https://i.example"}')],
    ['a signature that is not base64url', `${whole}!`],
  ])('with %s is refused as malformed, and sent nowhere (INTRO-10)', async (_, token) => {
    accepts.mockClear()
    expect(await reasonOf(chooseIssuer(token, [other]))).toEqual(rejection('token_malformed'))
    expect(accepts).not.toHaveBeenCalled()
  })

  test.each(['token-introspection+jwt', 'application/Token-Introspection+JWT', 'dpop+jwt', 'logout+jwt'])(
    'of type %s is no access token, and is not asked about (INTRO-13, RFC 9701 §8)',
    async (typ) => {
      const token = forgeToken({ alg: 'ES256', typ }, { iss: 'https://i.example' })
      expect(await reasonOf(chooseIssuer(token, [other]))).toEqual(rejection('token_type_unexpected'))
    },
  )

  test.each(['at+jwt', 'JWT', undefined])('of type %j is asked about (INTRO-13)', async (typ) => {
    const token = forgeToken({ alg: 'ES256', typ }, { iss: 'https://i.example' })
    expect(await chooseIssuer(token, [other])).toEqual({ issuer: other, jws: undefined })
  })

  test('is looked up by the resolver when no other issuer fits (META-08)', async () => {
    const found = [jwt('https://t.example'), asked('https://u.example')] as const
    const find = vi.fn(async (iss: unknown) => found.find(({ issuer }) => issuer === iss))
    const resolved = { find } as unknown as ResolvedIssuers
    const route = (iss: string) => chooseIssuer(named({ iss }), issuers, resolved)
    expect(await route('https://t.example')).toMatchObject({ issuer: found[0], jws: { claims: {} } })
    expect(await route('https://u.example')).toEqual({ issuer: found[1], jws: undefined })
    expect(await reasonOf(route('https://v.example'))).toEqual(rejection('token_issuer_untrusted'))
    find.mockClear()
    await route('https://a.example')
    expect(find).not.toHaveBeenCalled()
  })
})

test('a JWT that names an issuer of opaque tokens alone is refused, and operators are told', async () => {
  const opaque = { ...asked('boruta'), opaqueOnly: true } as BoundIssuer
  const error = await reasonOf(choose({ iss: 'boruta' }, [opaque]))
  expect(error).toEqual(rejection('token_issuer_untrusted'))
  expect((error as Error).message).toBe('iss is "boruta", whose tokens are no JWTs (opaqueOnly)')
  const { issuer } = await choose({ iss: 'boruta' }, [opaque, jwt('boruta')])
  expect(issuer.kind).toBe('jwt')
})
