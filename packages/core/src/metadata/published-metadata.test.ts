import { describe, expect, test } from 'vitest'
import { publishedMetadata } from './published-metadata.js'

const document = { resource: 'https://api.example/accounts', authorization_servers: ['https://as.example'] }
const published = publishedMetadata(document.resource, document)
const path = '/.well-known/oauth-protected-resource/accounts'

test('says where it is: at the root of the host, before the path of the resource (PRM-02)', () => {
  expect(published).toMatchObject({ url: `https://api.example${path}`, path, document })
})

test('cannot be changed: it stands in every challenge', () => {
  expect(Object.isFrozen(published)).toBe(true)
})

describe('whether a request asks for it', () => {
  test.each([
    [path, true],
    [`${path}?a=b`, true],
    [`${path}?`, true],
    [`${path}/`, false],
    [`${path}x`, false],
    ['/.well-known/oauth-protected-resource', false],
    ['/accounts', false],
    [`/v1${path}`, false],
    [`https://api.example${path}`, true],
    [`HTTP://evil.example:8080${path}?a=b`, true],
    [`https://evil.example/x${path}`, false],
    [`https://evil.example?${path}`, false],
    [`https://evil.example`, false],
    [`ftp://api.example${path}`, false],
    [`x?https://api.example${path}`, false],
    ['/.WELL-KNOWN/oauth-protected-resource/accounts', false],
    ['/.well-known/./oauth-protected-resource/accounts', false],
    [`/?${path}`, false],
    ['', false],
    ['*', false],
  ])('%j: %j (PRM-10)', (target, is) => {
    expect(published.isAt(target)).toBe(is)
  })

  test('the query decides where the resource has one (PRM-01, PRM-02)', () => {
    const { url, path, isAt } = publishedMetadata('https://api.example/a?tenant=1', document)
    expect([url, path]).toEqual([
      `https://api.example${path}?tenant=1`,
      '/.well-known/oauth-protected-resource/a',
    ])
    const targets = [
      `${path}?tenant=1`,
      path,
      `${path}?`,
      `${path}?tenant=2`,
      `${path}?tenant=1&a=b`,
      `${path}?tenant=1?`,
    ]
    expect(targets.map(isAt)).toEqual([true, false, false, false, false, false])
  })
})

describe('the answer', () => {
  test.each(['GET', 'HEAD'])(
    'to %s is the document, which scripts of any origin may read and keep (PRM-03)',
    (method) => {
      const { status, headers, body } = published.answer(method)
      expect(status).toBe(200)
      expect(headers).toEqual({
        'access-control-allow-origin': '*',
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'public, max-age=3600',
      })
      expect(JSON.parse(body)).toEqual(document)
    },
  )

  test('is always the same text', () => {
    expect(published.answer('GET').body).toBe(published.answer('HEAD').body)
    expect(published.answer('GET').body).toBe(JSON.stringify(document))
  })

  test('to OPTIONS lets scripts of any origin ask, with whatever header fields (PRM-03)', () => {
    expect(published.answer('OPTIONS')).toEqual({
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': '*',
        'access-control-max-age': '3600',
        allow: 'GET, HEAD, OPTIONS',
      },
      body: '',
    })
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY', 'get', ''])(
    'to %j is that it cannot be',
    (method) => {
      expect(published.answer(method)).toEqual({
        status: 405,
        headers: { 'access-control-allow-origin': '*', allow: 'GET, HEAD, OPTIONS' },
        body: '',
      })
    },
  )

  test('has header names in lower case, and can be handed to a Response as it is', async () => {
    for (const method of ['GET', 'OPTIONS', 'POST']) {
      const { status, headers, body } = published.answer(method)
      for (const name of Object.keys(headers)) expect(name).toBe(name.toLowerCase())
      const response = new Response(status === 204 ? null : body, { status, headers })
      expect([response.status, await response.text()]).toEqual([status, body])
    }
  })
})
