import { once } from 'node:events'
import express from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { expressProtection } from '../../../../packages/express/dist/index.js'
import { path, resource } from '../../authority.mjs'
import { expressJwt, expressOauth2JwtBearer, passportJwt } from '../../peers/guards.mjs'
import { bearerApi, dpopApi } from './protection.mjs'

/** @typedef {import('../server.mjs').AppFacts} AppFacts */

/** @type {Record<string, (facts: AppFacts) => import('express').RequestHandler | Promise<import('express').RequestHandler>>} */
const guards = {
  nothing: () => (_request, _response, next) => next(),
  portcullis: (facts) => expressProtection(bearerApi(facts)).requires(),
  'DPoP, portcullis': async (facts) => expressProtection(await dpopApi(facts)).requires(),
  'express-oauth2-jwt-bearer': (facts) => expressOauth2JwtBearer(facts),
  'DPoP, express-oauth2-jwt-bearer': (facts) => expressOauth2JwtBearer(facts, { dpop: true }),
  'express-jwt + jwks-rsa': (facts) => /** @type {import('express').RequestHandler} */ (expressJwt(facts)),
  'passport-jwt + jwks-rsa': passportJwt,
  jose: byHand,
}

/** What people write who have nothing but jose. @param {AppFacts} facts @returns {import('express').RequestHandler} */
function byHand({ issuer, jwksUri }) {
  const keys = createRemoteJWKSet(new URL(jwksUri))
  return async (request, response, next) => {
    const [, token = ''] = request.headers.authorization?.split(' ') ?? []
    try {
      await jwtVerify(token, keys, { issuer, audience: resource, typ: 'at+jwt', algorithms: ['RS256'] })
    } catch {
      response.sendStatus(401)
      return
    }
    next()
  }
}

/** Some peers leave the answer to the application. @type {import('express').ErrorRequestHandler} */
const refusals = (error, _request, response, _next) => {
  response.status(error.status ?? 500).json({ error: error.message })
}

/** @param {string} guard @param {AppFacts} facts */
export async function serve(guard, facts) {
  const make = guards[guard]
  if (!make) throw new Error(`no such guard: ${guard}`)
  const app = express()
  app.get(path, await make(facts), (_request, response) => {
    response.json({ caller: 'client-0' })
  })
  app.use(refusals)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port
}
