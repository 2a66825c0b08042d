import 'reflect-metadata'
import type { INestApplication, ModuleMetadata, Type } from '@nestjs/common'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { type DpopOptions, jwtIssuer, type ProtectionEvent, protectedResource } from '@portcullis/core'
import { dpopClient, type MintOptions, startAuthorizationServer, testClock } from '@portcullis/testing'
import { onTestFinished } from 'vitest'

export type Platform = 'Express' | 'Fastify'

export const platforms: readonly Platform[] = ['Express', 'Fastify']

export const resource = 'https://api.example.com'
export const partner = 'https://partner.example.com'

/** Two protected resources, an authorization server that they trust, a client, and the clock of all of them. */
export async function startWorld(dpop?: DpopOptions) {
  const clock = testClock(Date.UTC(2026, 0, 1))
  const server = await startAuthorizationServer({ audience: resource, now: clock.now })
  onTestFinished(() => server.close())
  const events: ProtectionEvent[] = []
  const resourceAt = (url: string) =>
    protectedResource({
      resource: url,
      scopes: ['accounts:read', 'accounts:write'],
      issuers: [jwtIssuer({ issuer: server.issuer, jwks: server.jwks })],
      ...(dpop && { dpop }),
      clockToleranceSeconds: 0,
      now: clock.now,
      onEvent: (event) => events.push(event),
    })
  const client = dpopClient({ now: clock.now })
  return {
    clock,
    client,
    events,
    api: resourceAt(resource),
    partnerApi: resourceAt(partner),
    /** The header fields of a request with a bearer token. */
    bearer: async (options: MintOptions = {}) => ({ authorization: `Bearer ${await server.mint(options)}` }),
    /** The header fields of a request with a bound token and a proof for this URL. */
    proven: async (options: MintOptions & Proof) => {
      const { method = 'POST', url, nonce, ...token } = options
      const access = await server.mint({ boundTo: client, ...token })
      return { ...client.headers({ method, url, token: access, ...(nonce && { nonce }) }) }
    },
  }
}

interface Proof {
  readonly url: string
  readonly method?: string
  readonly nonce?: string
}

export type World = Awaited<ReturnType<typeof startWorld>>

interface Started {
  readonly app: INestApplication
  /** Of the root of the application. */
  readonly url: string
}

/** Starts an application that listens, and closes it when the test ends. */
export async function listen(
  metadata: ModuleMetadata,
  platform: Platform,
  prepare?: (app: INestApplication) => unknown,
): Promise<Started> {
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter()
  const options = { logger: false, abortOnError: false, forceCloseConnections: true } as const
  const app = await NestFactory.create(moduleOf(metadata), adapter, options)
  onTestFinished(() => app.close())
  await prepare?.(app)
  await app.listen(0, '127.0.0.1')
  return { app, url: await app.getUrl() }
}

export function moduleOf(metadata: ModuleMetadata): Type {
  @Module(metadata)
  class TestModule {}
  return TestModule
}
