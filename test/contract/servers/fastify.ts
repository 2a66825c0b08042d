import { fastifyProtection } from '@portcullis/fastify'
import Fastify, { type FastifyRequest } from 'fastify'
import { describePrincipal, requirements } from '../api.js'
import { required } from '../required.js'
import { portOf, type StartServer } from './running-server.js'

export const startFastify: StartServer = async (api, tls) => {
  let handled = 0
  const protection = fastifyProtection(api)
  const show = async (request: FastifyRequest) => {
    const shown = describePrincipal(protection.principal(request))
    handled++
    return { principal: shown }
  }
  const showIfPresent = async (request: FastifyRequest) => {
    const shown = describePrincipal(protection.principal.ifPresent(request))
    handled++
    return { principal: shown }
  }

  const app = Fastify({ https: tls ?? null })
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, async () => ({}))
  if (api.metadata) await app.register(protection.metadata)
  await app.register(protection.plugin)
  app.get('/public', { config: { requires: 'nothing' } }, showIfPresent)
  app.get('/optional', { config: { requires: 'optional' } }, showIfPresent)
  app.get('/any', show)
  app.post('/any', show)
  app.get('/read', { config: { requires: requirements.read } }, show)
  app.post('/write', { config: { requires: requirements.write } }, show)
  app.get('/both', { config: { requires: requirements.both } }, show)
  app.get('/all-of', { config: { requires: requirements.allOf } }, show)
  app.get('/any-of', { config: { requires: requirements.anyOf } }, show)
  for (const [name, requires] of Object.entries(required)) {
    app.get(`/required/${name}`, { config: { requires } }, show)
  }
  app.all('/all-methods', { config: { requires: requirements.read } }, show)
  app.get('/files/*', show)
  app.get('/forgotten', { config: { requires: 'nothing' } }, show)
  await app.register(
    async (mounted) => {
      mounted.get('/read', { config: { requires: requirements.read } }, show)
      mounted.get('/write', { config: { requires: requirements.write } }, show)
      mounted.get('/public', { config: { requires: 'nothing' } }, showIfPresent)
      mounted.get('/', show)
    },
    { prefix: '/mounted' },
  )

  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.server), handled: () => handled, close: () => app.close() }
}
