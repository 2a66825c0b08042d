import { createPublicKey } from 'node:crypto'
import { CompactSign } from 'jose'
import { describe, expect, test } from 'vitest'
import { fakeKeys } from '../../test-support/fake-keys.js'
import { reasonOf, rejection } from '../../test-support/refusal.js'
import { issuer, moment, resource, type SigningKey, signingKey } from '../../test-support/tokens.js'
import { FetchFailure } from '../keys/fetch-failure.js'
import { Unavailable } from '../rejection.js'
import { acceptedType, readAnswer } from './introspection-answer.js'
import type { AnswerExpectations } from './signed-answer.js'

const url = `${issuer}/introspect`
const key = await signingKey('ES256')
const other = await signingKey('ES256')
const publicKeyOf = ({ jwk }: SigningKey) => createPublicKey({ key: jwk as never, format: 'jwk' })

const plain: AnswerExpectations = {
  url,
  issuer,
  clientId: 'api',
  audience: { values: [resource, 'nhn:api'], single: false, absentAllowed: false },
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
    [{ aud: resource }, {}],
    [{ aud: 'nhn:api' }, {}],
    [{ aud: ['x', resource] }, {}],
    [{ exp: moment + 1 }, {}],
    [{ exp: moment + 0.5 }, {}],
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
    [{ aud: `${resource}/` }, {}, 'aud is "'],
    [{ aud: [[resource]] }, {}, 'aud is [['],
    [{ exp: moment }, {}, 'exp is '],
    [{ exp: moment - 1 }, {}, 'exp is '],
    [{ exp: 0 }, {}, 'exp is 0'],
    [{ exp: null }, {}, 'exp is null'],
    [{ exp: String(moment + 60) }, {}, 'exp is "'],
    [{ exp: true }, {}, 'exp is true'],
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

  test('is not to be trusted while the clock shows no number (INTRO-12)', async () => {
    for (const exp of [undefined, moment + 60]) {
      const fault = await faultOf(read(await sign({ exp }), jwt, { ...signed, now: Number.NaN }))
      expect(fault).toContain('the signed answer is not to be trusted: iat is ')
    }
  })

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

describe('an error', () => {
  const failing = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    readAnswer({ status, headers: new Headers(headers), body: Buffer.from(JSON.stringify(body)) }, plain)

  test.each<[number, Record<string, string>]>([
    [401, {}],
    [429, { 'retry-after': '3' }],
    [503, { 'retry-after': '3' }],
  ])('is an outage: status %i, %j (INTRO-05)', async (status, headers) => {
    const reason = await reasonOf(failing(status, {}, headers))
    expect(reason).toMatchObject({ name: 'FetchFailure', outage: true })
  })

  test('is told of by its code, when that is a known one: another text may be the token (BCP-02)', async () => {
    const told = async (error: unknown) => ((await reasonOf(failing(500, { error }))) as Error).message
    expect(await told('server_error')).toContain('500 and "server_error"; see')
    for (const error of ['s3cr3t', 5, ['server_error']]) expect(await told(error)).toMatch(/got 500$/)
  })

  test.each([0, 201, 204, 302, 400, 403, 404, 410, 429, 500, 501, 502, 503, 504])(
    'is none, as one token may have caused it: status %i (INTRO-09)',
    async (status) => {
      expect(await reasonOf(failing(status, {}))).toMatchObject({ name: 'FetchFailure', outage: false })
    },
  )

  test.each<[string, number | undefined]>([
    ['0', 0],
    ['7', 7],
    ['999999', 999_999],
    ['1000000', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    ['1e3', undefined],
    ['7, 8', undefined],
    ['', undefined],
  ])('says when to ask again: Retry-After %j', async (value, retryAfterSeconds) => {
    expect(await reasonOf(failing(503, {}, { 'retry-after': value }))).toMatchObject({ retryAfterSeconds })
  })

  test.each(['unsupported_token_type', 'invalid_token'])(
    'about the token says that it is not active: %s (INTRO-04)',
    async (error) => {
      const reason = await reasonOf(failing(400, { error }))
      expect(reason).toEqual(rejection('token_inactive'))
      expect((reason as Error).message).toContain(`"${error}"`)
      expect(await reasonOf(readAnswer(answered(error), signed))).toEqual(rejection('token_inactive'))
    },
  )
  const answered = (error: string) => {
    return { status: 400, headers: new Headers(), body: Buffer.from(JSON.stringify({ error })) }
  }

  test.each<[string, unknown]>([
    ['is no object', ['invalid_token']],
    ['is a text', 'invalid_token'],
    ['names another error', { error: 'invalid_request' }],
    ['names a list of errors', { error: ['invalid_token'] }],
    ['names it elsewhere', { error_description: 'invalid_token' }],
    ['inherits it', JSON.parse('{"__proto__":{"error":"invalid_token"}}')],
  ])('says nothing of the token when its body %s (INTRO-05)', async (_, body) => {
    expect(await reasonOf(failing(400, body))).toBeInstanceOf(FetchFailure)
  })

  test('is quoted on one line, in ASCII and cut short (BCP-02)', async () => {
    const { message } = (await reasonOf(failing(400, { error: `a\r\né${'x'.repeat(500)}` }))) as Error
    expect(message).toMatch(/^[\x20-\x7e]{1,250}$/)
  })
})
