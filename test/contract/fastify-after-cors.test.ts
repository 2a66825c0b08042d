import { jwtIssuer, protectedResource } from '@portcullis/core'
import { fastifyProtection } from '@portcullis/fastify'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { resource } from './api.js'

/** A Fastify application with CORS as @fastify/cors does it: a hook, and a route so that preflights are routed at all. */
function withCors(): FastifyInstance {
  const app = Fastify()
  app.addHook('onRequest', async (request, reply) =>
    request.method === 'OPTIONS'
      ? reply.header('Access-Control-Allow-Origin', '*').code(204).send()
      : undefined,
  )
  app.options('*', (_, reply) => reply.send())
  return app
}

describe('A. The Fastify plugin after a CORS plugin', () => {
  const { plugin } = fastifyProtection(
    protectedResource({ resource, issuers: [jwtIssuer({ issuer: 'https://as.example.com' })] }),
  )

  it('takes no offence at the route that CORS brings along for preflights (BEARER-23)', async () => {
    const app = withCors()
    await app.register(plugin)
    app.get('/', async () => 'never')
    const answers = [await app.inject({ method: 'OPTIONS', url: '/' }), await app.inject({ url: '/' })]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 401])
  })

  it.each(['/', '/x', '/x/:id', '*', '/*', '/x/*'])(
    'still refuses to load after a route %s (BCP-01)',
    async (path) => {
      const app = withCors()
      app.get(path, { config: { requires: 'nothing' } }, async () => 'never')
      const load = async () => {
        await app.register(plugin)
      }
      await expect(load()).rejects.toThrow(TypeError)
    },
  )
})
