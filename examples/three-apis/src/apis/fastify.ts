import type { IncomingMessage, ServerResponse } from 'node:http'
import { scope } from '@portcullis/core'
import { fastifyProtection } from '@portcullis/fastify'
import Fastify from 'fastify'
import type { AccountsApi } from '../accounts-api.js'

export async function fastifyApi(api: AccountsApi) {
  const protection = fastifyProtection(api)
  const app = Fastify()
  await app.register(protection.plugin)

  app.get('/accounts', { config: { requires: scope('read') } }, async (request) => {
    return { caller: protection.principal(request).clientId }
  })

  app.post('/accounts', { config: { requires: scope('write') } }, async (request, reply) => {
    reply.code(201)
    return { caller: protection.principal(request).clientId }
  })

  await app.ready()
  return (request: IncomingMessage, response: ServerResponse) => app.routing(request, response)
}
