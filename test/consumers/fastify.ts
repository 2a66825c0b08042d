import type { AddressInfo } from 'node:net'
import { fastifyProtection } from '@portcullis/fastify'
import Fastify from 'fastify'
import { check, read } from './check.js'

void check(async (api) => {
  const protection = fastifyProtection(api)
  const app = Fastify()
  await app.register(protection.metadata)
  await app.register(protection.plugin)
  app.get('/', { config: { requires: read } }, async (request) => {
    return { client: protection.principal(request).clientId }
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return (app.server.address() as AddressInfo).port
})
