import { expect, test } from 'vitest'
import { rejection, thrownBy } from '../../test-support/refusal.js'
import { forgeToken } from '../../test-support/tokens.js'
import { readJwt } from './read-jwt.js'

const refusalOf = (token: string) => {
  const error = thrownBy(() => readJwt(token))
  expect(error).toEqual(rejection('token_malformed'))
  return error as Error
}

test('takes a token apart (RFC 9068 §2.1)', () => {
  expect(readJwt(forgeToken({ alg: 'ES256' }, { iss: 'a' })).claims).toEqual({ iss: 'a' })
})

test('says that a token looks opaque', () => {
  expect(refusalOf('c2VjcmV0LXRva2Vu').message).toMatch(/opaque/)
})

test('says that a token looks encrypted (JOSE-21)', () => {
  expect(refusalOf('e30.YQ.YQ.YQ.YQ').message).toMatch(/JWE/)
})

test.each(['e30.YQ', 'e30.YQ.YQ.YQ', 'e30.YQ.YQ.YQ.YQ.YQ', '..', 'e30.YQ.YQ'])(
  'refuses %s without a guess (JOSE-01)',
  (token) => {
    expect(refusalOf(token).message).not.toMatch(/opaque|JWE/)
  },
)

test('keeps the reason as cause, and no text of the token anywhere (BCP-02)', () => {
  const { cause, stack } = refusalOf('c2VjcmV0.c2VjcmV0.c2VjcmV0')
  expect(cause).toMatchObject({ name: 'MalformedJws' })
  expect(`${stack} ${(cause as Error).stack}`).not.toContain('c2VjcmV0')
})
