import { expect, test } from 'vitest'
import { reasonOf } from '../../test-support/refusal.js'
import { boundedFetch } from './bounded-fetch.js'
import { FetchFailure } from './fetch-failure.js'

const url = 'https://as.example/keys'

test('a failure tells when to ask again, where that is known', () => {
  expect(new FetchFailure(url, 'x')).toMatchObject({ outage: false, retryAfterSeconds: undefined })
  expect(new FetchFailure(url, 'x', { outage: true, retryAfterSeconds: 3 })).toMatchObject({
    outage: true,
    retryAfterSeconds: 3,
  })
})

test.each([
  ['ECONNREFUSED', true],
  ['ENOTFOUND', true],
  ['UND_ERR_CONNECT_TIMEOUT', true],
  ['CERT_HAS_EXPIRED', true],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', true],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', true],
  ['ECONNRESET', false],
  ['UND_ERR_SOCKET', false],
  ['UND_ERR_BODY_TIMEOUT', false],
])('knows whether something was sent, which may have caused it: %s (INTRO-09)', async (code, outage) => {
  const cause = Object.assign(new Error('x'), { code })
  const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }))
  expect(
    await reasonOf(boundedFetch(url, { headers: {} }, { timeoutSeconds: 5, maxBytes: 10, fetch })),
  ).toMatchObject({
    outage,
  })
})

test('names no query, in which a key may stand (BCP-02)', () => {
  expect(new FetchFailure(`${url}?code=s3cr3t\n?x`, 'x').message).toBe(`${url}: x`)
})
