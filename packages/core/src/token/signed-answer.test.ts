import { createPublicKey } from 'node:crypto'
import { CompactSign } from 'jose'
import { describe, expect, test, vi } from 'vitest'
import { fakeKeys } from '../../test-support/fake-keys.js'
import { reasonOf } from '../../test-support/refusal.js'
import { issuer, moment, type SigningKey, signingKey } from '../../test-support/tokens.js'
import { FetchFailure } from '../keys/fetch-failure.js'
import { staticKeySet } from '../keys/key-set.js'
import { Unavailable } from '../rejection.js'
import { acceptedType, readAnswer } from './introspection-answer.js'
import type { AnswerExpectations } from './signed-answer.js'

const url = `${issuer}/introspect`
const key = await signingKey('ES256')
const other = await signingKey('ES256')
const publicKeyOf = ({ jwk }: SigningKey) => createPublicKey({ key: jwk as never, format: 'jwk' })
const verifying = (signer: SigningKey) => ({
  kid: signer.kid,
  algorithm: signer.alg,
  key: publicKeyOf(signer),
})

const plain: AnswerExpectations = {
  url,
  issuer,
  clientId: 'api',
  audience: { values: ['nhn:api'], single: false, absentAllowed: false },
  signed: 'application/jwt',
  algorithms: ['ES256'],
  keys: fakeKeys([publicKeyOf(key)]),
  now: moment,
}
const jwt = 'application/jwt'
const good = { active: true, iss: issuer, aud: 'nhn:api', exp: moment + 60, sub: null }

/** Without `kid`, and with the type that most JWTs have. */
function sign(changes: object = {}, header: object = {}, by: SigningKey = key): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify({ ...good, ...changes })))
    .setProtectedHeader({ alg: by.alg, typ: 'JWT', ...header })
    .sign(by.privateKey)
}
const read = (body: string, expected = plain, type = jwt) =>
  readAnswer(
    { status: 200, headers: new Headers({ 'content-type': type }), body: Buffer.from(body) },
    expected,
  )
const faultOf = async (reading: Promise<unknown>) => {
  const error = await reasonOf(reading)
  expect(error).toBeInstanceOf(FetchFailure)
  return (error as Error).message.slice(url.length + 2)
}
const untrusted = 'the signed answer is not to be trusted: '

describe('a JWT whose claims are the members of the answer', () => {
  test('is asked for by its media type, and accepted under no other', async () => {
    expect(acceptedType(plain)).toBe(jwt)
    expect(await read(await sign(), plain, 'Application/JWT; charset=utf-8')).toEqual(good)
    for (const type of ['application/json', 'application/token-introspection+jwt', 'text/plain', '']) {
      expect(await faultOf(read(await sign(), plain, type))).toMatch(/^expected application\/jwt, got/)
    }
  })

  test.each<[object, object]>([
    [{}, {}],
    [{}, { typ: undefined }],
    [{}, { typ: 'application/jwt' }],
    [{}, { kid: key.kid }],
    [{ aud: null, exp: undefined }, {}],
    [{ iat: moment - 86_400 }, {}],
  ])('is read, for its times and audience are those of the token: %j %j', async (changes, header) => {
    const members = await read(await sign(changes, header))
    expect(members).toEqual(JSON.parse(JSON.stringify({ ...good, ...changes })))
  })

  test.each<[object, object, string]>([
    [{}, { typ: 'at+jwt' }, 'typ is "at+jwt", expected JWT'],
    [{}, { typ: 'token-introspection+jwt' }, 'typ is "token-introspection+jwt"'],
    [{}, { typ: 'dpop+jwt' }, 'typ is "dpop+jwt"'],
    [{ iss: undefined }, {}, 'iss is undefined'],
    [{ iss: null }, {}, 'iss is null'],
    [{ iss: `${issuer}/` }, {}, `iss is "${issuer}/"`],
    [{ iss: [issuer] }, {}, 'iss is ['],
  ])('is not to be trusted: %j %j', async (changes, header, reason) => {
    expect(await faultOf(read(await sign(changes, header)))).toContain(untrusted + reason)
  })

  test('is not to be trusted when another key signed it, or one for an algorithm that is not accepted', async () => {
    const fault = `${untrusted}its signature does not verify`
    expect(await faultOf(read(await sign({}, {}, other)))).toBe(fault)
    expect(await faultOf(read(await sign(), { ...plain, algorithms: ['RS512'] }))).toBe(fault)
    expect(await faultOf(read(await sign(), { ...plain, keys: fakeKeys([]) }))).toBe(fault)
  })

  test.each(['', 'a.b.c', '{"active":true}', JSON.stringify({ active: false })])(
    'has to be one: %j is a fault',
    async (body) => expect(await faultOf(read(body))).toMatch(/^the signed answer is malformed: /),
  )

  test('may say that the token is not active under any signature: to refuse is safe', async () => {
    const secret = Buffer.alloc(64, 1)
    const inactive = await new CompactSign(Buffer.from('{"active":false}'))
      .setProtectedHeader({ alg: 'HS512', typ: 'JWT' })
      .sign(secret)
    const keys = fakeKeys([], { find: () => Promise.reject(new Error('nobody asks for keys')) })
    expect(await read(inactive, { ...plain, keys })).toEqual({ active: false })
    for (const active of ['false', 0, null, undefined, true]) {
      const unsure = await sign({ active }, {}, other)
      expect(await faultOf(read(unsure))).toBe(`${untrusted}its signature does not verify`)
    }
  })
})

describe('of a server with a key for each of its clients, which names none', () => {
  const many = (count: number, ...keys: SigningKey[]) =>
    staticKeySet([...Array.from({ length: count }, () => verifying(other)), ...keys.map(verifying)])

  test.each([0, 3, 4, 99])('every key is tried: after %i others', async (count) => {
    expect(await read(await sign(), { ...plain, keys: many(count, key) })).toEqual(good)
  })

  test('no key is tried when there are more than a set may have', async () => {
    expect(await faultOf(read(await sign(), { ...plain, keys: many(100, key) }))).toContain('signature')
  })

  test('a key by another name is none of them', async () => {
    const named = await sign({}, { kid: 'k2' })
    expect(await faultOf(read(named, { ...plain, keys: many(1, key) }))).toContain('signature')
  })

  /** What was fetched first lacks the key, until it is fetched anew. */
  function growing() {
    let generation = 1
    const renew = vi.fn(async () => void generation++)
    const find = vi.fn(async () => (generation === 1 ? [publicKeyOf(other)] : [publicKeyOf(key)]))
    const keys = fakeKeys([], { find, renew })
    return { renew, find, keys: Object.defineProperty(keys, 'generation', { get: () => generation }) }
  }

  test('keys are fetched anew for the signature of a new client', async () => {
    const { renew, keys } = growing()
    expect(await read(await sign(), { ...plain, keys })).toEqual(good)
    expect(renew).toHaveBeenCalledOnce()
    await read(await sign(), { ...plain, keys })
    expect(renew).toHaveBeenCalledOnce()
  })

  test('keys are not fetched anew where the answer names one, or where no key could help', async () => {
    const { renew, keys } = growing()
    await reasonOf(read(await sign({}, { kid: key.kid }), { ...plain, keys }))
    await reasonOf(read(await sign(), { ...plain, algorithms: ['RS512'], keys }))
    await reasonOf(read(await sign({ iss: 'x' }), { ...plain, keys }))
    expect(renew).not.toHaveBeenCalled()
  })

  test('no key is tried again when the same ones came, or none were fetched', async () => {
    const find = vi.fn(async () => [publicKeyOf(other)])
    expect(await faultOf(read(await sign(), { ...plain, keys: fakeKeys([], { find }) }))).toContain(
      'signature',
    )
    expect(find).toHaveBeenCalledOnce()
  })

  test('it is an outage when they cannot be fetched anew', async () => {
    const renew = () => Promise.reject(new Unavailable('keys_unavailable', 'x', { retryAfterSeconds: 3 }))
    const reading = read(await sign({}, {}, other), { ...plain, keys: fakeKeys([], { renew }) })
    expect(await reasonOf(reading)).toMatchObject({ code: 'keys_unavailable', retryAfterSeconds: 3 })
  })
})
