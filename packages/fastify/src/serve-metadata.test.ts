import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import { api, otherPublishing, published, publishing, wellKnown } from '../../../test/adapters/resources.js'
import { fastifyProtection } from './index.js'

const { metadata, plugin } = fastifyProtection(publishing)
const answer = async () => 'let in'

describe('protection.metadata', () => {
  it.each(['before', 'after'])(
    'serves everybody, registered %s protection.plugin (PRM-03)',
    async (moment) => {
      const app = Fastify()
      if (moment === 'before') await app.register(metadata)
      await app.register(plugin)
      if (moment === 'after') await app.register(metadata)
      app.get('/', answer)
      const headers = { authorization: 'Bearer a.b.c' }
      const response = await app.inject({ url: wellKnown, headers })
      expect([response.statusCode, response.json()]).toEqual([200, published])
      expect((await app.inject('/')).statusCode).toBe(401)
    },
  )

  it('serves past a protected route for everything, where it stands first (PRM-03)', async () => {
    const app = Fastify()
    await app.register(metadata)
    await app.register(plugin)
    app.all('/*', answer)
    expect((await app.inject(wellKnown)).json()).toEqual(published)
    expect((await app.inject('/x')).statusCode).toBe(401)
  })

  it('serves although the application answers unknown routes itself (PRM-03)', async () => {
    const app = Fastify()
    app.setNotFoundHandler(async () => 'nothing here')
    await app.register(metadata)
    expect((await app.inject(wellKnown)).json()).toEqual(published)
    expect((await app.inject(`${wellKnown}/x`)).body).toBe('nothing here')
  })

  it('runs no later hook, but those of answers (PRM-03)', async () => {
    const app = Fastify()
    await app.register(metadata)
    const [later, onSend] = [vi.fn(async () => undefined), vi.fn(async () => undefined)]
    app.addHook('onRequest', later)
    app.addHook('preHandler', later)
    app.addHook('onSend', onSend)
    await app.inject(wellKnown)
    expect([later, onSend].map((hook) => hook.mock.calls.length)).toEqual([0, 1])
  })

  it('gives an answer without a body no content type (PRM-03)', async () => {
    const app = Fastify()
    await app.register(metadata)
    for (const [method, status] of [['OPTIONS', 204] as const, ['POST', 405] as const]) {
      const { statusCode, headers, body } = await app.inject({ method, url: wellKnown })
      expect([statusCode, headers['content-type'], body]).toEqual([status, undefined, ''])
    }
  })

  it('serves outside of prefixes, what stands below one included (PRM-02)', async () => {
    const app = Fastify()
    await app.register(metadata)
    await app.register(
      async (routes) => {
        routes.get('/x', answer)
      },
      { prefix: '/v1' },
    )
    expect((await app.inject(wellKnown)).json()).toEqual(published)
    expect((await app.inject(`/v1${wellKnown}`)).statusCode).toBe(404)
  })

  it('is one for each resource (PRM-10)', async () => {
    const app = Fastify()
    await app.register(metadata)
    await app.register(fastifyProtection(otherPublishing).metadata)
    expect((await app.inject(wellKnown)).json()).toMatchObject({ resource: publishing.resource })
    expect((await app.inject(`${wellKnown}/other`)).json()).toMatchObject({
      resource: otherPublishing.resource,
    })
  })

  it('refuses to load where nothing is published (PRM-08)', async () => {
    await expect(Fastify().register(fastifyProtection(api).metadata)).rejects.toThrow(
      new TypeError('protection.metadata: set publishMetadata of protectedResource()'),
    )
  })

  it.each<{ prefix?: string }>([{ prefix: '/v1' }, {}])(
    'refuses to load in a context: %j (PRM-02)',
    async (options) => {
      const app = Fastify()
      await expect(
        app.register(
          async (routes: FastifyInstance) => {
            await routes.register(metadata)
          },
          { ...options },
        ),
      ).rejects.toThrow(new TypeError('protection.metadata: register it at the root of the application'))
    },
  )
})
