import { Controller, Get, type INestApplication, type INestMicroservice, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  ClientProxyFactory,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices'
import { ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import { firstValueFrom } from 'rxjs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from './free-port.js'
import { listen, moduleOf, startWorld } from './world.js'

const handled = vi.fn(() => 'let in')
const logged = vi.fn()

@Controller()
class Public {
  @MessagePattern('public')
  @Requires('nothing')
  public() {
    return handled()
  }

  @Get()
  @Requires()
  http() {
    return handled()
  }
}

@Controller()
class Guarded extends Public {
  @MessagePattern('guarded')
  @Requires()
  guarded() {
    return handled()
  }
}

@Controller()
class Optional extends Public {
  @MessagePattern('optional')
  @Requires('optional')
  optional() {
    return handled()
  }
}

@Controller()
class Undeclared extends Public {
  @MessagePattern('undeclared')
  undeclared() {
    return handled()
  }
}

@Controller()
class Event extends Public {
  @EventPattern('event')
  event(_data: unknown) {
    handled()
  }
}

@Controller()
@Requires({ api: 'partner' })
class OfPartner extends Public {
  @MessagePattern('partner')
  partner() {
    return handled()
  }
}

const logger = { log: vi.fn(), warn: vi.fn(), error: logged }

type Guard = 'local' | 'global'

async function metadataOf(controller: Type, guard: Guard) {
  handled.mockClear()
  logged.mockClear()
  const { api, partnerApi, bearer } = await startWorld()
  const imports = [
    ProtectedResourceModule.forRoot({ api, guard }),
    ProtectedResourceModule.forRoot({ api: partnerApi, name: 'partner' }),
  ]
  return { metadata: { imports, controllers: [controller] }, token: await bearer() }
}

async function overTcp() {
  const options = { host: '127.0.0.1', port: await freePort() }
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options })
  onTestFinished(() => void client.close())
  const ask = (pattern: string, token: object): Promise<unknown> =>
    firstValueFrom(client.send(pattern, token))
  return { options, ask }
}

/** A microservice that listens over TCP, and what it answers. */
async function start(controller: Type, guard: Guard) {
  const { metadata, token } = await metadataOf(controller, guard)
  const { options, ask } = await overTcp()
  const app: INestMicroservice = await NestFactory.createMicroservice<MicroserviceOptions>(
    moduleOf(metadata),
    {
      transport: Transport.TCP,
      options,
      logger,
      abortOnError: false,
    },
  )
  onTestFinished(() => app.close())
  await app.listen()
  return (pattern: string) => ask(pattern, token)
}

/** A microservice beside an application, which starts first, as the manual of Nest has it. */
async function startHybrid(controller: Type, guard: Guard, inheritAppConfig: boolean) {
  const { metadata, token } = await metadataOf(controller, guard)
  const { options, ask } = await overTcp()
  const connect = async (app: INestApplication) => {
    app.connectMicroservice<MicroserviceOptions>({ transport: Transport.TCP, options }, { inheritAppConfig })
    await app.startAllMicroservices()
  }
  const prepare = vi.fn(connect)
  const started = listen(metadata, 'Express', prepare)
  return { prepare, started, ask: (pattern: string) => ask(pattern, token) }
}

const controllers = [
  ['guarded', Guarded],
  ['optional', Optional],
  ['undeclared', Undeclared],
  ['an event', Event],
  ['for another resource', OfPartner],
] as const

describe('RPC with guard local', () => {
  it.each([
    ['guarded', Guarded],
    ['optional', Optional],
    ['partner', OfPartner],
  ] as const)(
    'lets nobody in, whatever the message carries, and says why in the log: %s',
    async (pattern, controller) => {
      const ask = await start(controller, 'local')
      await expect(ask(pattern)).rejects.toEqual({ status: 'error', message: 'Internal server error' })
      expect(handled).not.toHaveBeenCalled()
      expect(String(logged.mock.calls[0]?.[0])).toContain('this one belongs to "rpc"')
    },
  )
})

describe('RPC with guard global', () => {
  it.each(controllers)('does not start with a handler that is not public: %s', async (_, controller) => {
    const starting = start(controller, 'global')
    await expect(starting).rejects.toThrow(TypeError)
    await expect(starting).rejects.toThrow(
      /RPC transports cannot be guarded.* is to guard \w+\.\w+; write @Requires/,
    )
  })

  it.each(controllers)('does not even listen in a hybrid application: %s', async (_, controller) => {
    for (const inheritAppConfig of [false, true]) {
      const { prepare, started } = await startHybrid(controller, 'global', inheritAppConfig)
      await expect(started).rejects.toThrow('RPC transports cannot be guarded')
      expect(prepare).not.toHaveBeenCalled()
    }
  })
})

describe.each(['local', 'global'] as const)('RPC with guard %s', (guard) => {
  it('leaves what is public alone', async () => {
    const ask = await start(Public, guard)
    expect(await ask('public')).toBe('let in')
    const hybrid = await startHybrid(Public, guard, false)
    const { url } = await hybrid.started
    expect(await hybrid.ask('public')).toBe('let in')
    expect((await fetch(url)).status).toBe(401)
  })
})
