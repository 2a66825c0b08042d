import { once } from 'node:events'
import { createServer, request as send } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, test, vi } from 'vitest'
import { fromNode, type NodeRequest } from './from-node.js'

const rawHeaders = [
  'Host',
  'api.example',
  'Authorization',
  'Bearer a',
  'accept',
  '*/*',
  'AUTHORIZATION',
  'DPoP b',
]

test('gives every field line of a name, in any case and in the order of arrival (BEARER-13)', () => {
  const request = fromNode({ method: 'GET', url: '/', rawHeaders })
  expect(request.header('authorization')).toEqual(['Bearer a', 'DPoP b'])
})

test('gives no line for a field that is absent, or of which the name is only a part', () => {
  const request = fromNode({
    method: 'GET',
    url: '/',
    rawHeaders: ['X-DPoP', 'a', 'DPoP-Nonce', 'b', 'Proxy-Authorization', 'Bearer c'],
  })
  expect(request.header('dpop')).toEqual([])
  expect(request.header('authorization')).toEqual([])
})

test('never takes a value for a name', () => {
  const request = fromNode({ method: 'GET', url: '/', rawHeaders: ['x', 'authorization', 'y', 'Bearer a'] })
  expect(request.header('authorization')).toEqual([])
})

test('leaves a line with commas in one piece', () => {
  const request = fromNode({ method: 'GET', url: '/', rawHeaders: ['dpop', 'a.b.c, d.e.f'] })
  expect(request.header('dpop')).toEqual(['a.b.c, d.e.f'])
})

test.each([
  ['a text', 'Bearer a', ['Bearer a']],
  ['a list', ['Bearer a', 'Bearer b'], ['Bearer a', 'Bearer b']],
  ['nothing', undefined, []],
])(
  'reads headers of a request made by hand, whose rawHeaders are empty: %s (BEARER-13)',
  (_, authorization, lines) => {
    const request = fromNode({ method: 'GET', url: '/', rawHeaders: [], headers: { authorization } })
    expect(request.header('authorization')).toEqual(lines)
    expect(request.header('dpop')).toEqual([])
  },
)

test('reads no headers where there are rawHeaders: Node shows one of two there (BEARER-13)', () => {
  const request = fromNode({ rawHeaders: ['Host', 'x'], headers: { authorization: 'Bearer a' } })
  expect(request.header('authorization')).toEqual([])
})

test.each([
  ['what it is told', { url: '/x', originalUrl: '/v1/x' }, '/told', '/told'],
  [
    'originalUrl, before a mount point was cut off (DPOP-19)',
    { url: '/x', originalUrl: '/v1/x' },
    undefined,
    '/v1/x',
  ],
  ['url', { url: '//evil.example/%7e?a=1' }, undefined, '//evil.example/%7e?a=1'],
  ['nothing', {}, undefined, ''],
])('takes as target %s', (_, parts, told, target) => {
  expect(fromNode({ method: 'GET', rawHeaders, ...parts }, told).target).toBe(target)
})

test.each([
  ['get', 'get'],
  [undefined, ''],
])('takes the method %j as it came (RFC 9110 §9.1)', (method, expected) => {
  expect(fromNode({ method, url: '/', rawHeaders }).method).toBe(expected)
})

test('names the request of the server as the one to be remembered', () => {
  const raw: NodeRequest = { method: 'GET', url: '/', rawHeaders }
  expect(fromNode(raw).raw).toBe(raw)
})

test('reads both Authorization fields of a request over HTTP/1.1, of which Node shows one (BEARER-13)', async () => {
  const server = createServer((incoming, response) => {
    response.end(JSON.stringify(fromNode(incoming).header('authorization')))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const outgoing = send({
    port,
    host: '127.0.0.1',
    headers: ['Host', 'x', 'authorization', 'Bearer a', 'Authorization', 'Bearer b'],
    agent: false,
  })
  const [response] = await once(outgoing.end(), 'response')
  const [body] = await once(response.setEncoding('utf8'), 'data')
  expect(JSON.parse(body)).toEqual(['Bearer a', 'Bearer b'])
  server.close()
})

test('reads a request over HTTP/2, pseudo-header fields and all (DPOP-19)', async () => {
  const server = createHttp2Server((incoming, response) => {
    const { method, target, header } = fromNode(incoming)
    response.end(JSON.stringify([method, target, header('authorization'), header(':path')]))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const stream = client.request({ ':path': '/v1/x?a=1', authorization: 'Bearer a' })
  const [body] = await once(stream.setEncoding('utf8'), 'data')
  expect(JSON.parse(body)).toEqual(['GET', '/v1/x?a=1', ['Bearer a'], ['/v1/x?a=1']])
  client.close()
  server.close()
})

describe('of the connection', () => {
  const raw = new Uint8Array([48, 0])
  const forwarded = [
    'X-Forwarded-For',
    '203.0.113.9',
    'Forwarded',
    'for=203.0.113.9',
    'Client-Cert',
    ':MAA=:',
  ]
  const received = (socket: NodeRequest['socket'], more: object = {}) =>
    fromNode({ method: 'GET', url: '/', rawHeaders: forwarded, socket, ...more })

  test('it tells the address of the peer and its certificate in DER (MTLS-01, MTLS-06)', () => {
    const socket = { remoteAddress: '::ffff:192.0.2.1', getPeerX509Certificate: () => ({ raw }) }
    expect(received(socket).peerAddress).toBe('::ffff:192.0.2.1')
    expect(received(socket).certificate).toBe(raw)
  })

  test('it asks the socket as its own method, and no sooner than it is asked itself', () => {
    const getPeerX509Certificate = vi.fn(function (this: object) {
      return this === socket ? { raw } : undefined
    })
    const socket = { remoteAddress: '192.0.2.1', getPeerX509Certificate }
    const request = received(socket)
    expect(getPeerX509Certificate).not.toHaveBeenCalled()
    expect(request.certificate).toBe(raw)
  })

  test.each<[string, NodeRequest['socket']]>([
    ['there is no socket', undefined],
    ['the socket is null', null],
    ['the socket is closed', {}],
    ['there is no TLS', { remoteAddress: undefined }],
    ['the client sent no certificate', { getPeerX509Certificate: () => undefined }],
    [
      'the session is over',
      {
        get remoteAddress(): string {
          throw new Error('ERR_HTTP2_SOCKET_UNBOUND')
        },
        getPeerX509Certificate: () => {
          throw new Error('ERR_HTTP2_SOCKET_UNBOUND')
        },
      },
    ],
  ])('it knows nothing when %s, whatever header fields and the framework say (MTLS-06)', (_, socket) => {
    const request = received(socket, { ip: '203.0.113.9', ips: ['203.0.113.9'] })
    expect([request.peerAddress, request.certificate]).toEqual([undefined, undefined])
  })

  const told = (incoming: NodeRequest) => {
    const { peerAddress, certificate = 'none' } = fromNode(incoming)
    return JSON.stringify([peerAddress, certificate])
  }

  test('it tells the address of a peer over HTTP/1.1', async () => {
    const server = createServer((incoming, response) => void response.end(told(incoming))).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const [response] = await once(send({ port, host: '127.0.0.1', agent: false }).end(), 'response')
    const [body] = await once(response.setEncoding('utf8'), 'data')
    expect(JSON.parse(body)).toEqual(['127.0.0.1', 'none'])
    server.close()
  })

  test('it tells the address of a peer over HTTP/2, and nothing once the session is over', async () => {
    let last: NodeRequest | undefined
    const server = createHttp2Server((incoming, response) => {
      last = incoming
      response.end(told(incoming))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const [body] = await once(client.request({ ':path': '/' }).setEncoding('utf8'), 'data')
    expect(JSON.parse(body)).toEqual(['127.0.0.1', 'none'])
    client.close()
    await once(client, 'close')
    server.close()
    await once(server, 'close')
    expect(told(last as NodeRequest)).toBe('[null,"none"]')
  })
})
