import 'reflect-metadata'
import { type INestApplication, Module, type ModuleMetadata, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { onTestFinished } from 'vitest'

export type Platform = 'Express' | 'Fastify'

/** For `describe.each`: where what a test shows could depend on the platform. */
export const platforms: readonly Platform[] = ['Express', 'Fastify']

export type Get = (path: string, init?: RequestInit) => Promise<Response>

interface ServeOptions {
  readonly platform?: Platform
  readonly prepare?: (app: INestApplication) => unknown
}

export function moduleOf(metadata: ModuleMetadata): Type {
  @Module(metadata)
  class TestModule {}
  return TestModule
}

/** Starts an application and closes it when the test ends. What keeps it from starting is thrown. */
export async function start(
  metadata: ModuleMetadata,
  { platform = 'Express', prepare }: ServeOptions = {},
): Promise<INestApplication> {
  const adapter = platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter()
  const options = { logger: false, abortOnError: false, forceCloseConnections: true } as const
  const app = await NestFactory.create(moduleOf(metadata), adapter, options)
  await prepare?.(app)
  await app.init()
  onTestFinished(() => app.close())
  return app
}

/** Starts an application, for tests of what keeps it from starting. */
export async function startUp(...application: Parameters<typeof start>): Promise<void> {
  await start(...application)
}

/** Starts an application that listens. */
export async function serve(metadata: ModuleMetadata, options?: ServeOptions): Promise<Get> {
  const app = await start(metadata, options)
  await app.listen(0, '127.0.0.1')
  const url = await app.getUrl()
  return (path, init) => fetch(url + path, init)
}
