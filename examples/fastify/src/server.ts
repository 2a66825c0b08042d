import { jwtIssuer, protectedResource, scope } from '@portcullis/core'
import { fastifyProtection } from '@portcullis/fastify'
import Fastify from 'fastify'

const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['accounts:read', 'accounts:write'],
  issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
})
const protection = fastifyProtection(api)

const app = Fastify()
await app.register(protection.plugin)

app.get('/health', { config: { requires: 'nothing' } }, async () => 'ok')

app.get('/accounts', { config: { requires: scope('accounts:read') } }, async (request) => {
  return { caller: protection.principal(request).clientId }
})

const url = await app.listen({ port: Number(process.env['PORT'] ?? 3000) })
console.log(`Listening on ${url}`)
