import { describe, expect, test } from 'vitest'
import { targetUris } from './target-uri.js'

const api = 'https://api.example'
const uri = (target: string) => targetUris([api], target)

test('puts the path of the target behind each public URL (DPOP-19)', () => {
  const urls = [api, 'https://gateway.example/accounts-api']
  expect(targetUris(urls, '/v1/x')).toEqual([`${api}/v1/x`, 'https://gateway.example/accounts-api/v1/x'])
})

test('knows no URI without a public URL', () => {
  expect(targetUris([], '/v1/x')).toEqual([])
})

test.each([
  ['/v1/x', '/v1/x'],
  ['/', '/'],
  ['/v1/x/', '/v1/x/'],
  ['/v1/x?a=1', '/v1/x'],
  ['/v1/x?a=/../b', '/v1/x'],
  ['/v1/x?', '/v1/x'],
  ['/?/v1', '/'],
  ['/v1/%7euser', '/v1/%7euser'],
  ['/v1%2Fx', '/v1%2Fx'],
  ['/v1//x', '/v1//x'],
  ["/a-._~!$&'()*+,;=:@b", "/a-._~!$&'()*+,;=:@b"],
])('takes the path of %s as it came, without query (DPOP-13, DPOP-16)', (target, path) => {
  expect(uri(target)).toEqual([api + path])
})

describe('the host comes from configuration', () => {
  test.each([
    ['//evil.example/x', '//evil.example/x'],
    ['//evil.example', '//evil.example'],
    ['/@evil.example/', '/@evil.example/'],
    ['/:8080/x', '/:8080/x'],
    ['http://evil.example/v1/x', '/v1/x'],
    ['HTTPS://EVIL.example/v1/x?a', '/v1/x'],
    ['https://evil.example', '/'],
    ['https://evil.example?a', '/'],
    ['https://evil.example:8443/v1/x', '/v1/x'],
    ['http://[::1]:80/v1/x', '/v1/x'],
    ['https://evil.example//v1', '//v1'],
  ])('for the target %s (DPOP-18, RFC 9112 §3.2)', (target, path) => {
    expect(uri(target)).toEqual([api + path])
  })
})

describe('nothing matches a target', () => {
  test.each([
    ['/v1/../x'],
    ['/..'],
    ['/.'],
    ['/./x'],
    ['/v1/.'],
    ['/v1/..'],
    ['/v1/../'],
    ['/v1/%2e%2e/x'],
    ['/v1/%2E%2E/x'],
    ['/v1/%2e%2E/x'],
    ['/v1/.%2e/x'],
    ['/v1/%2E./x'],
    ['/v1/%2e'],
    ['/v1/%2E/'],
    ['/%2e%2e?a'],
    ['https://api.example/v1/../x'],
    ['https://api.example/..'],
  ])('with a dot segment: %s (DPOP-14)', (target) => {
    expect(uri(target)).toEqual([])
  })

  test.each([
    ['a backslash', '/v1\\x'],
    ['a backslash for a slash', '\\v1\\x'],
    ['two backslashes before a host', '/\\evil.example/x'],
    ['an absolute form with backslashes', 'https:\\\\evil.example\\x'],
    ['a letter beyond ASCII', '/v1/é'],
    ['a surrogate', '/v1/\ud800'],
    ['a space', '/v1/ x'],
    ['a tab', '/v1/\tx'],
    ['a line break', '/v1/x\n'],
    ['a NUL', '/v1/\0'],
    ['a fragment', '/v1/x#y'],
    ['quotes', '/v1/"x"'],
    ['brackets', '/v1/[x]'],
    ['a brace', '/v1/{x}'],
    ['a caret', '/v1/^x'],
    ['a percent sign alone', '/v1/100%'],
    ['a percent sign before other letters', '/v1/%zz'],
    ['half an escape at the end', '/v1/%2'],
  ])('with characters that no path has: %s (DPOP-17)', (_, target) => {
    expect(uri(target)).toEqual([])
  })

  test.each([
    '*',
    'api.example:443',
    '',
    '?a=1',
    'v1/x',
    'ftp://api.example/v1/x',
    'https:/v1/x',
    'https:///v1/x',
    'https://user:password@evil.example/v1/x',
    'https://@/v1/x',
    'https://:/v1/x',
    'http://h:x/v1/x',
    'http://h:80x/v1/x',
    'http://h:%61dmin/v1/x',
    'http://h;admin/v1/x',
    'http://h%2fadmin/v1/x',
    "http://h'admin/v1/x",
    'http://h:123456/v1/x',
    'https:v1/x',
    ' /v1/x',
  ])('in another form than path or URL: %j (DPOP-17, RFC 9112 §3.2)', (target) => {
    expect(uri(target)).toEqual([])
  })
})

test.each([
  '/.well-known/x',
  '/v1/...',
  '/v1/.x',
  '/v1/x.',
  '/v1/..x',
  '/v1/x..',
  '/v1/%2e%2ex',
  '/v1/%252e%252e/x',
  '/a=../x',
])('takes no dot segment where there is none: %s', (target) => {
  expect(uri(target)).toEqual([api + target])
})
