import { describe, expect, test } from 'vitest'
import { fakeKeys } from '../test-support/fake-keys.js'
import { reasonOf } from '../test-support/refusal.js'
import { allReady, healthOf } from './issuer-health.js'
import { Unavailable } from './rejection.js'
import type { BoundIssuer } from './token/bind-issuer.js'

const missing = (message: string) => () =>
  Promise.reject(new Unavailable('keys_unavailable', message, { retryAfterSeconds: 1 }))
const jwt = (issuer: string, ready: () => Promise<void> = async () => undefined) =>
  ({ kind: 'jwt', issuer, keys: fakeKeys([], { ready }) }) as unknown as BoundIssuer
const asked = (issuer: string, ready: () => Promise<void> = async () => undefined) => {
  const introspection = { ready, health: () => ({ state: 'unknown', lastError: undefined }) }
  const keys = fakeKeys([], { ready: missing('keys are not needed') })
  return { kind: 'introspection', issuer, introspection, keys } as unknown as BoundIssuer
}

test('tells of keys, and of answers', () => {
  expect(healthOf(jwt('a'))).toEqual({ kind: 'jwt', issuer: 'a', ...fakeKeys().health() })
  expect(healthOf(asked('b'))).toEqual({
    kind: 'introspection',
    issuer: 'b',
    state: 'unknown',
    lastError: undefined,
    keys: undefined,
  })
})

test('tells of the keys of signed answers', () => {
  const signed = { ...asked('b'), signed: true } as BoundIssuer
  expect(healthOf(signed)).toMatchObject({ keys: fakeKeys().health() })
})

describe('ready', () => {
  test('is all there is when nothing is missing', async () => {
    await expect(allReady([])).resolves.toBeUndefined()
    await expect(allReady([jwt('a'), asked('b')])).resolves.toBeUndefined()
  })

  test('names every issuer that is not, and what is missing', async () => {
    const issuers = [jwt('a'), jwt('b', missing('no keys')), asked('c', missing('no endpoint'))]
    const error = (await reasonOf(allReady(issuers))) as AggregateError
    expect(error).toBeInstanceOf(AggregateError)
    expect(error.message).toBe('not ready: b: no keys; c: no endpoint')
    expect(error.errors).toMatchObject([
      { code: 'keys_unavailable', issuer: 'b' },
      { code: 'keys_unavailable', issuer: 'c' },
    ])
  })

  test('hides no other error', async () => {
    const broken = new TypeError('broken')
    const error = (await reasonOf(allReady([jwt('a', () => Promise.reject(broken))]))) as AggregateError
    expect([error.errors, error.message]).toEqual([[broken], 'not ready: TypeError: broken'])
  })
})
