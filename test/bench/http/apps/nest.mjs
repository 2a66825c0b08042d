// Decorators by hand: they are functions, and these files are plain JavaScript.
import 'reflect-metadata'
import { Controller, Get, Module, UseGuards } from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { AuthGuard, PassportStrategy } from '@nestjs/passport'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Strategy } from 'passport-jwt'
import { ProtectedResourceModule } from '../../../../packages/nestjs/dist/index.js'
import { path } from '../../authority.mjs'
import { passportOptions } from '../../peers/guards.mjs'
import { bearerApi } from './protection.mjs'

/** @typedef {import('../server.mjs').AppFacts} AppFacts */

class Accounts {
  list() {
    return { caller: 'client-0' }
  }
}
const list = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(Accounts.prototype, 'list'))
Get(path)(Accounts.prototype, 'list', list)
Controller()(Accounts)

/** @type {Record<string, (facts: AppFacts) => import('@nestjs/common').ModuleMetadata>} */
const modules = {
  nothing: () => ({}),
  portcullis: (facts) => ({
    imports: [ProtectedResourceModule.forRoot({ api: bearerApi(facts), guard: 'global' })],
  }),
  /** What guards cost in Nest, whatever they do. */
  'open guard': () => ({ providers: [{ provide: APP_GUARD, useValue: { canActivate: () => true } }] }),
  'passport-jwt + jwks-rsa': (facts) => {
    UseGuards(AuthGuard('jwt'))(Accounts)
    class JwtStrategy extends PassportStrategy(Strategy) {
      constructor() {
        super(passportOptions(facts))
      }
      /** @param {{ sub: string }} claims */
      validate({ sub }) {
        return { id: sub }
      }
    }
    return { providers: [JwtStrategy] }
  },
}

/** @param {string} guard @param {'express' | 'fastify'} platform @param {AppFacts} facts */
export async function serve(guard, platform, facts) {
  class App {}
  Module({ ...modules[guard]?.(facts), controllers: [Accounts] })(App)
  const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter()
  const app = await NestFactory.create(App, adapter, { logger: false })
  await app.listen(0, '127.0.0.1')
  return /** @type {import('node:net').AddressInfo} */ (app.getHttpServer().address()).port
}
