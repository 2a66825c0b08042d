import { describe, expect, test } from 'vitest'
import { rejection } from '../../test-support/refusal.js'
import { readToken } from '../credential/read-token.js'
import { fromFetch } from './from-fetch.js'

const received = (
  headers: ConstructorParameters<typeof Headers>[0] = {},
  url = 'https://host.example/v1/x',
) => fromFetch(new Request(url, headers === undefined ? {} : { headers }))
const proof = 'eyJ0eXAiOiJkcG9wK2p3dCJ9.eyJodG0iOiJHRVQifQ.c2lnLW5hdHVyZV8'

test.each([
  ['two fields of one scheme', ['Bearer a', 'Bearer b']],
  ['two fields of two schemes', ['DPoP a', 'Bearer b']],
  ['a foreign credential before ours', ['Basic eDp5', 'Bearer b']],
  ['a foreign credential with parameters before ours', ['Digest username="u", realm="r", nc=1', 'Bearer b']],
  ['a foreign credential with parameters after ours', ['Bearer a', 'Digest username="u", realm="r"']],
  ['a scheme without a token', ['Bearer', 'Bearer b']],
  ['three fields', ['Bearer a', 'Bearer b', 'Bearer c']],
])(
  'gives %s as Headers joins them, in one line, with nothing left out (BEARER-13, BEARER-14)',
  (_, fields) => {
    const headers = new Headers()
    for (const field of fields) headers.append('authorization', field)
    expect(received(headers).header('authorization')).toEqual([fields.join(', ')])
  },
)

test.each([
  ['two fields of one scheme', ['Bearer a', 'Bearer b'], 'credential_ambiguous'],
  ['a foreign credential before ours', ['Basic eDp5', 'Bearer b'], 'credential_ambiguous'],
  ['a foreign credential after ours', ['Bearer a', 'Digest username="u", realm="r"'], 'credential_ambiguous'],
  ['two foreign credentials', ['Basic eDp5', 'Negotiate a'], 'credential_missing'],
] as const)('does not make one credential of %s (BEARER-13, BEARER-14)', (_, fields, code) => {
  const headers = new Headers()
  for (const field of fields) headers.append('authorization', field)
  expect(() => readToken(received(headers), ['Bearer'])).toThrow(rejection(code))
})

test('gives two proofs as one line, which is no proof (DPOP-03)', () => {
  const headers = new Headers([
    ['dpop', proof],
    ['dpop', proof],
  ])
  expect(received(headers).header('dpop')).toEqual([`${proof}, ${proof}`])
})

test.each([
  ['a bearer token', 'Bearer mF_9.B5f-4.1JqM'],
  ['a token68 with every character and padding', 'Bearer aZ09-._~+/=='],
  ['a proof', proof],
  ['two credentials that came as one line', 'Bearer a,Bearer b'],
  ['two credentials with whitespace around the comma', 'Bearer a ,\tBearer b'],
  [
    'Digest with its commas',
    'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", nc=00000001, qop=auth',
  ],
  ['Digest without spaces after its commas', 'Digest username="u",realm="r",nonce=n'],
  ['a signature with parameters', 'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;range, Signature=c'],
  ['a comma before nothing', 'Bearer a,'],
  ['an empty field', ''],
])('leaves %s in one piece', (_, field) => {
  expect(received({ authorization: field }).header('authorization')).toEqual([field])
})

test('gives no line for a field that is absent', () => {
  expect(received().header('authorization')).toEqual([])
})

test('finds a name whatever its case was', () => {
  expect(received({ AUTHORIZATION: 'Bearer a' }).header('authorization')).toEqual(['Bearer a'])
})

test('takes the target with its query and never the host (DPOP-18)', () => {
  const { target, method } = received({}, 'https://evil.example:8443/v1/%7ex%2fy?a=1&b=%20#fragment')
  expect([method, target]).toEqual(['GET', '/v1/%7ex%2fy?a=1&b=%20'])
})

test('takes a method that is no method of HTTP as it came (RFC 9110 §9.1)', () => {
  expect(fromFetch(new Request('https://host.example/', { method: 'purge' })).method).toBe('purge')
})

test('names the Request as the one to be remembered', () => {
  const request = new Request('https://host.example/')
  expect(fromFetch(request).raw).toBe(request)
})

describe('of the connection', () => {
  const certificate = new Uint8Array([48, 0])
  const request = new Request('https://host.example/', {
    headers: { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9', 'client-cert': ':MAA=:' },
  })

  test('it tells what the server says (MTLS-01, MTLS-06)', () => {
    const received = fromFetch(request, { peerAddress: '192.0.2.1', certificate })
    expect([received.peerAddress, received.certificate]).toEqual(['192.0.2.1', certificate])
  })

  test.each([undefined, {}, { peerAddress: undefined, certificate: undefined }])(
    'it knows nothing when the server says %j, whatever header fields say (MTLS-06)',
    (connection) => {
      const received = fromFetch(request, connection)
      expect([received.peerAddress, received.certificate]).toEqual([undefined, undefined])
    },
  )
})

test.each([
  ['https://host.example', '/'],
  ['https://host.example?a=/b', '/?a=/b'],
  ['http://[::1]:8080/a//b?c#d?e', '/a//b?c'],
  ['/a/b', '/'],
])('takes the target of %s, which only looks like a Request, for %s', (url, target) => {
  expect(fromFetch({ url, method: 'GET', headers: new Headers() } as Request).target).toBe(target)
})
