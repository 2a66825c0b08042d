import fastifyJwt from '@fastify/jwt'
import Fastify from 'fastify'
import fastifyAuth0Verify from 'fastify-auth0-verify'
import buildGetJwks from 'get-jwks'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { fastifyProtection } from '../../../../packages/fastify/dist/index.js'
import { path, resource } from '../../authority.mjs'
import { bearerApi } from './protection.mjs'

/**
 * @typedef {import('../server.mjs').AppFacts} AppFacts
 * @typedef {import('fastify').FastifyInstance} App
 * @typedef {import('fastify').onRequestAsyncHookHandler} Guard
 */

/** Each registers what it needs; those without a hook for all routes give one for the route. @type {Record<string, (app: App, facts: AppFacts) => Promise<Guard | undefined>>} */
const guards = {
  nothing: async () => undefined,
  portcullis: async (app, facts) => {
    await app.register(fastifyProtection(bearerApi(facts)).plugin)
    return undefined
  },
  jose: async (_app, facts) => byHand(facts),
  '@fastify/jwt + get-jwks': (app, facts) => withFastifyJwt(app, facts, false),
  '@fastify/jwt + get-jwks, cached': (app, facts) => withFastifyJwt(app, facts, true),
  'fastify-auth0-verify': async (app, { issuer, wellKnown }) => {
    await app.register(fastifyAuth0Verify, { domain: wellKnown, issuer, audience: resource })
    return /** @type {App & { authenticate: Guard }} */ (app).authenticate
  },
}

/** What people write who have nothing but jose. @param {AppFacts} facts @returns {Guard} */
function byHand({ issuer, jwksUri }) {
  const keys = createRemoteJWKSet(new URL(jwksUri))
  return async (request, reply) => {
    const [, token = ''] = request.headers.authorization?.split(' ') ?? []
    try {
      await jwtVerify(token, keys, { issuer, audience: resource, typ: 'at+jwt', algorithms: ['RS256'] })
    } catch {
      await reply.code(401).send({ error: 'invalid_token' })
    }
  }
}

/** As its README describes it for keys of an issuer. @param {App} app @param {AppFacts} facts @param {boolean} cache @returns {Promise<Guard>} */
async function withFastifyJwt(app, { issuer }, cache) {
  const getJwks = buildGetJwks({ issuersWhitelist: [issuer], jwksPath: '/jwks' })
  await app.register(fastifyJwt, {
    decode: { complete: true },
    secret: (/** @type {unknown} */ _request, /** @type {any} */ { header, payload }) =>
      getJwks.getPublicKey({ kid: header.kid, domain: payload.iss, alg: header.alg }),
    verify: {
      allowedIss: issuer,
      allowedAud: resource,
      algorithms: ['RS256'],
      ...(cache && { cache: 10_000 }),
    },
  })
  return async (request) => {
    await /** @type {{ jwtVerify(): Promise<unknown> }} */ (/** @type {unknown} */ (request)).jwtVerify()
  }
}

/** @param {string} guard @param {AppFacts} facts */
export async function serve(guard, facts) {
  const app = Fastify()
  const onRequest = await guards[guard]?.(app, facts)
  app.get(path, onRequest ? { onRequest } : {}, async () => ({ caller: 'client-0' }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return /** @type {import('node:net').AddressInfo} */ (app.server.address()).port
}
