import { randomBytes } from 'node:crypto'
import { protectedResource, rotatingNonce, scope } from '@portcullis/core'
import { fastifyProtection } from '@portcullis/fastify'
import { helseId } from '@portcullis/issuers'
import Fastify from 'fastify'
import type { Listener } from '../open-port.js'
import { audiences } from '../registrations.js'
import { organisationOf } from './callers.js'
import type { Issuers } from './issuers.js'

/** Trusts HelseID: whoever calls has to hold the key of its token, and to name its organisation. Proofs carry a nonce of the API. */
export async function fastifyApi(resource: string, issuers: Issuers): Promise<Listener> {
  const audience = audiences.fastify
  const api = protectedResource({
    resource,
    issuers: [
      helseId({
        environment: 'test',
        issuer: issuers.helseId,
        audience,
        organisationRequired: true,
        dpop: { nonce: rotatingNonce({ secrets: [randomBytes(32)] }) },
      }),
    ],
    onEvent: () => {},
  })
  const protection = fastifyProtection(api)
  const app = Fastify()
  await app.register(protection.plugin)

  app.get('/accounts', { config: { requires: scope(`${audience}/read`) } }, async (request) => {
    return { caller: organisationOf(protection.principal(request)) }
  })

  app.post('/accounts', { config: { requires: scope(`${audience}/write`) } }, async (request, reply) => {
    reply.code(201)
    return { caller: organisationOf(protection.principal(request)) }
  })

  await app.ready()
  return (request, response) => app.routing(request, response)
}
