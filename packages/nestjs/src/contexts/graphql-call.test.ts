import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { GraphQLError } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { graphqlCall } from './graphql-call.js'

const request = { method: 'POST', url: '/', originalUrl: '/graphql', rawHeaders: ['Host', 'x'] }
const overFastify = { raw: request, originalUrl: '/graphql' }
const query = { operation: { operation: 'query' } }

function callWith(context: unknown, info: unknown = query) {
  return graphqlCall(new ExecutionContextHost([{}, {}, context, info]))
}

const challenge = {
  status: 401,
  headers: { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' },
  body: JSON.stringify({ detail: 'for everybody', code: 'credential_missing' }),
} as const

describe('the call of a resolver', () => {
  it.each([
    ['{ req } of Express', { req: request }],
    ['{ request } of Express', { request }],
    ['{ req } of Fastify', { req: overFastify }],
    ['{ request } of Fastify', { request: overFastify }],
    ['{ reply } of Mercurius', { reply: { request: overFastify } }],
  ])('has the request of the server and its target: %s', (_, context) => {
    const call = callWith(context)
    expect(call.request).toBe(request)
    expect(call.target).toBe('/graphql')
  })

  it.each([
    ['nothing at all', undefined],
    ['nothing', {}],
    ['null', { req: null, request: null, reply: null }],
    ['a text', { req: 'GET /' }],
    ['an object that is no request', { req: { headers: { authorization: 'Bearer x' } } }],
    ['a reply without its request', { reply: {} }],
  ])('is refused where the context has %s', (_, context) => {
    expect(() => callWith(context)).toThrow('no request in the GraphQL context, add it')
  })

  it.each(['websocket', 'WebSocket', 'h2c, websocket'])(
    'is refused with the request of a WebSocket: %s',
    (upgrade) => {
      const opening = { ...request, rawHeaders: ['Upgrade', upgrade] }
      expect(() => callWith({ req: opening })).toThrow('over HTTP only')
    },
  )

  it('is not refused for a request that is not upgraded', () => {
    const posted = { ...request, rawHeaders: ['Upgrade', 'websocket'], upgrade: false }
    expect(() => callWith({ req: posted })).not.toThrow()
  })

  it('is not refused for an offer of HTTP/2', () => {
    expect(() => callWith({ req: { ...request, rawHeaders: ['Upgrade', 'h2c'] } })).not.toThrow()
  })

  it.each([
    ['a subscription', { operation: { operation: 'subscription' } }],
    ['nothing that is known', {}],
    ['no info', undefined],
  ])('is refused for %s', (_, info) => {
    const context = new ExecutionContextHost([{}, {}, { req: request }, info])
    expect(() => graphqlCall(context)).toThrow('guards GraphQL queries and mutations only')
  })

  it('is refused for a reference of a federation, which has its context elsewhere', () => {
    const context = new ExecutionContextHost([{}, { req: request }, query])
    expect(() => graphqlCall(context)).toThrow(TypeError)
  })

  it.each([
    ['res', (header: unknown) => ({ req: request, res: { header } })],
    ['reply', (header: unknown) => ({ req: request, reply: { header } })],
    ['response', (header: unknown) => ({ req: request, response: { header } })],
    [
      'the response that Express knows of a request',
      (header: unknown) => ({ req: { ...request, res: { header } } }),
    ],
  ])('sets header fields on %s', (_, context) => {
    const header = vi.fn()
    callWith(context(header)).setHeaders({ 'dpop-nonce': 'next' })
    expect(header).toHaveBeenCalledExactlyOnceWith('dpop-nonce', 'next')
  })

  it('is refused with a GraphQLError that tells clients nothing but the problem', async () => {
    const header = vi.fn()
    const cause = new Error('for operators')
    const refusal = await callWith({ req: request, res: { header } }).refusal(challenge, cause)
    expect(refusal).toBeInstanceOf(GraphQLError)
    expect(refusal.message).toBe('for everybody')
    expect((refusal as GraphQLError).originalError).toBe(cause)
    expect(JSON.parse(JSON.stringify(refusal))).toEqual({
      message: 'for everybody',
      extensions: {
        code: 'UNAUTHENTICATED',
        problem: { detail: 'for everybody', code: 'credential_missing' },
        http: { status: 401, headers: { 'www-authenticate': 'Bearer' } },
      },
    })
    expect(refusal.stack).toBe('GraphQLError: for everybody')
    expect(header).toHaveBeenCalledExactlyOnceWith('www-authenticate', 'Bearer')
  })
})
