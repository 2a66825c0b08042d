import Fastify, { type FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { expect, it } from 'vitest'
import { isRoot } from './is-root.js'

const [inside, deeper, ofPlugin]: boolean[][] = [[], [], []]

it('is true of the application alone, and of what plugins without a context of their own see', async () => {
  const app = Fastify()
  await app.register(fastifyPlugin(async (same: FastifyInstance) => void ofPlugin?.push(isRoot(same))))
  await app.register(async (context) => {
    inside?.push(isRoot(context))
    await context.register(fastifyPlugin(async (same: FastifyInstance) => void inside?.push(isRoot(same))))
    await context.register(async (further) => void deeper?.push(isRoot(further)), { prefix: '/v1' })
  })
  await app.ready()
  expect([isRoot(app), ofPlugin, inside, deeper]).toEqual([true, [true], [false, false], [false]])
})

it.each([{ http2: true }, { https: {} }, { serverFactory: undefined }])(
  'is true of every kind of server: %j',
  (options) => {
    expect(isRoot(Fastify(options as object) as unknown as FastifyInstance)).toBe(true)
  },
)

it('is true of an application that was decorated', () => {
  expect(isRoot(Fastify().decorate('x', 1).decorateRequest('y') as unknown as FastifyInstance)).toBe(true)
})
