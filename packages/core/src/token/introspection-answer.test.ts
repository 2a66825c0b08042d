import { createPublicKey } from 'node:crypto'
import { CompactSign } from 'jose'
import { describe, expect, test } from 'vitest'
import { fakeKeys } from '../../test-support/fake-keys.js'
import { reasonOf } from '../../test-support/refusal.js'
import { issuer, moment, type SigningKey, signingKey } from '../../test-support/tokens.js'
import { FetchFailure } from '../keys/bounded-fetch.js'
import { Unavailable } from '../rejection.js'
import { type AnswerExpectations, acceptedType, readAnswer } from './introspection-answer.js'

const url = `${issuer}/introspect`
const key = await signingKey('ES256')
const other = await signingKey('ES256')
const publicKeyOf = ({ jwk }: SigningKey) => createPublicKey({ key: jwk as never, format: 'jwk' })

const plain: AnswerExpectations = {
  url,
  issuer,
  clientId: 'api',
  signed: false,
  algorithms: ['ES256'],
  keys: fakeKeys([publicKeyOf(key)]),
  now: moment,
}
const signed = { ...plain, signed: true }
const json = 'application/json'
const jwt = 'application/token-introspection+jwt'

const read = (body: string | Uint8Array, type: string | null, expected = plain, status = 200) => {
  const headers = new Headers(type === null ? {} : { 'content-type': type })
  return readAnswer({ status, headers, body: Buffer.from(body) }, expected)
}
const faultOf = async (reading: Promise<unknown>) => {
  const error = await reasonOf(reading)
  expect(error).toBeInstanceOf(FetchFailure)
  const { message } = error as Error
  expect(message.startsWith(`${url}: `)).toBe(true)
  return message.slice(url.length + 2)
}

const answer = { active: true, sub: 'user-1' }
const good = { iss: issuer, aud: 'api', iat: moment, token_introspection: answer }

function sign(changes: object = {}, header: object = {}, by: SigningKey = key): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify({ ...good, ...changes })))
    .setProtectedHeader({ alg: by.alg, kid: by.kid, typ: 'token-introspection+jwt', ...header })
    .sign(by.privateKey)
}

test('asks for what it accepts (INTRO-11)', () => {
  expect([acceptedType(plain), acceptedType(signed)]).toEqual([json, jwt])
})

describe('a plain answer', () => {
  test.each([json, 'Application/JSON', `${json}; charset=utf-8`, `${json} ;a=b`])(
    'is read: %s',
    async (type) => {
      expect(await read(JSON.stringify(answer), type)).toEqual(answer)
    },
  )

  test.each(['text/html', 'text/plain', 'application/problem+json', 'text/json', '', jwt, null])(
    'of type %j is a fault of its server (INTRO-05)',
    async (type) => {
      expect(await faultOf(read(JSON.stringify(answer), type))).toMatch(/^expected application\/json, got "/)
    },
  )

  test.each([0, 201, 204, 302, 307, 400, 401, 403, 404, 429, 500, 503])(
    'with status %i is a fault of its server, even when it says active (INTRO-05)',
    async (status) => {
      expect(await faultOf(read(JSON.stringify(answer), json, plain, status))).toMatch(
        /^expected status 200, got/,
      )
    },
  )

  test.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['HTML', '<html>active: true</html>'],
    ['a list', '[{"active":true}]'],
    ['null', 'null'],
    ['a text', '"active"'],
    ['cut off', '{"active":true'],
    ['a member twice', '{"active":false,"active":true}'],
    ['a member twice, once in escapes', '{"active":false,"\\u0061ctive":true}'],
    ['a member of a member twice', '{"active":true,"cnf":{"jkt":"a","jkt":"b"}}'],
    ['a byte order mark', '\u{feff}{"active":true}'],
    ['no UTF-8', Buffer.from('{"active":true,"sub":"\xff"}', 'latin1')],
    ['too deep', `{"active":true,"a":${'['.repeat(40)}${']'.repeat(40)}}`],
  ])('that is or has %s is a fault of its server (INTRO-05)', async (_, body) => {
    expect(await faultOf(read(body, json))).toMatch(/^the answer is /)
  })
})

describe('a signed answer', () => {
  test.each<[object, object]>([
    [{}, {}],
    [{ aud: ['x', 'api'] }, {}],
    [{ iat: moment + 300 }, {}],
    [{ iat: moment - 300 }, {}],
    [{ extra: 1 }, { typ: 'application/TOKEN-introspection+jwt' }],
  ])('is good: %j %j (INTRO-12)', async (changes, header) => {
    expect(await read(await sign(changes, header), jwt, signed)).toEqual(answer)
  })

  test('is demanded: plain JSON is a fault, whatever it says (INTRO-11)', async () => {
    expect(await faultOf(read(JSON.stringify(answer), json, signed))).toMatch(
      /^expected application\/token-intro/,
    )
    expect(await faultOf(read(JSON.stringify(answer), jwt, signed))).toMatch(
      /^the signed answer is malformed/,
    )
    expect(await faultOf(read(await sign(), json, signed))).toMatch(/^expected application\/token-intro/)
    expect(await faultOf(read(await sign(), 'application/jwt', signed))).toMatch(
      /^expected application\/token-intro/,
    )
  })

  test.each<[object, object, string]>([
    [{}, { typ: 'at+jwt' }, 'typ is "at+jwt"'],
    [{}, { typ: 'JWT' }, 'typ is "JWT"'],
    [{}, { typ: undefined }, 'typ is undefined'],
    [{ iss: 'https://evil.example' }, {}, 'iss is "https://evil.example"'],
    [{ iss: `${issuer}/` }, {}, 'iss is '],
    [{ iss: undefined }, {}, 'iss is undefined'],
    [{ iss: [issuer] }, {}, 'iss is ['],
    [{ aud: 'other-api' }, {}, 'aud is "other-api"'],
    [{ aud: ['x', 'API'] }, {}, 'aud is ['],
    [{ aud: [] }, {}, 'aud is []'],
    [{ aud: [['api']] }, {}, 'aud is [['],
    [{ aud: undefined }, {}, 'aud is undefined'],
    [{ aud: { api: 1 } }, {}, 'aud is {'],
    [{ iat: undefined }, {}, 'iat is undefined'],
    [{ iat: null }, {}, 'iat is null'],
    [{ iat: String(moment) }, {}, 'iat is "'],
    [{ iat: moment + 301 }, {}, 'iat is '],
    [{ iat: moment - 301 }, {}, 'iat is '],
  ])('is not to be trusted: %j %j (INTRO-12)', async (changes, header, reason) => {
    expect(await faultOf(read(await sign(changes, header), jwt, signed))).toContain(
      `the signed answer is not to be trusted: ${reason}`,
    )
  })

  test.each([undefined, null, 'active', true, [answer], []])(
    'has its members in an object, not in %j (INTRO-12)',
    async (members) => {
      const reading = read(await sign({ active: true, token_introspection: members }), jwt, signed)
      expect(await faultOf(reading)).toBe('the signed answer has no token_introspection')
    },
  )

  describe('whose signature', () => {
    const untrusted = 'the signed answer is not to be trusted: its signature does not verify'
    const segments = async () => (await sign()).split('.') as [string, string, string]

    test('is of another key (INTRO-12)', async () => {
      expect(await faultOf(read(await sign({}, {}, other), jwt, signed))).toBe(untrusted)
    })

    test('is of another answer (INTRO-12)', async () => {
      const [header, , signature] = await segments()
      const body = Buffer.from(JSON.stringify({ ...good, token_introspection: { active: true } })).toString(
        'base64url',
      )
      expect(await faultOf(read(`${header}.${body}.${signature}`, jwt, signed))).toBe(untrusted)
    })

    test('is made with an algorithm that is not accepted (INTRO-12)', async () => {
      expect(await faultOf(read(await sign(), jwt, { ...signed, algorithms: ['RS256'] }))).toBe(untrusted)
    })

    test('is said to be none (INTRO-12)', async () => {
      const [, body, signature] = await segments()
      const header = Buffer.from('{"alg":"none","typ":"token-introspection+jwt"}').toString('base64url')
      expect(await faultOf(read(`${header}.${body}.${signature}`, jwt, signed))).toBe(untrusted)
      expect(await faultOf(read(`${header}.${body}.`, jwt, signed))).toMatch(
        /^the signed answer is malformed/,
      )
    })

    test('has no key (INTRO-12)', async () => {
      expect(await faultOf(read(await sign(), jwt, { ...signed, keys: fakeKeys([]) }))).toBe(untrusted)
    })

    test('is of one of two keys with one kid', async () => {
      const keys = fakeKeys([publicKeyOf(other), publicKeyOf(key)])
      expect(await read(await sign(), jwt, { ...signed, keys })).toEqual(answer)
    })

    test('cannot be checked for want of keys is an outage (INTRO-05)', async () => {
      const find = () => Promise.reject(new Unavailable('keys_unavailable', 'x', { retryAfterSeconds: 3 }))
      const reading = read(await sign(), jwt, { ...signed, keys: fakeKeys([], { find }) })
      expect(await reasonOf(reading)).toMatchObject({ code: 'keys_unavailable', retryAfterSeconds: 3 })
    })
  })

  test.each(['', 'a.b', 'a.b.c', '{"active":true}'])(
    'that is no JWS is a fault: %j (INTRO-12)',
    async (body) => {
      expect(await faultOf(read(body, jwt, signed))).toMatch(/^the signed answer is malformed: /)
    },
  )

  test('with a member twice is a fault (INTRO-12)', async () => {
    const body = Buffer.from(`{"iss":"x",${JSON.stringify(good).slice(1)}`)
    const jws = await new CompactSign(body)
      .setProtectedHeader({ alg: 'ES256', typ: jwt })
      .sign(key.privateKey)
    expect(await faultOf(read(jws, jwt, signed))).toMatch(/malformed: the payload is JSON with a member name/)
  })
})
