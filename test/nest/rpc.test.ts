import { Controller, Get, type INestMicroservice } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import {
  ClientProxyFactory,
  MessagePattern,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices'
import { ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import { firstValueFrom } from 'rxjs'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from './free-port.js'
import { moduleOf, startWorld } from './world.js'

const handled = vi.fn(() => 'let in')
const logged = vi.fn()

@Controller()
class Accounts {
  @MessagePattern('guarded')
  @Requires()
  guarded() {
    return handled()
  }

  @MessagePattern('optional')
  @Requires('optional')
  optional() {
    return handled()
  }

  @MessagePattern('undeclared')
  undeclared() {
    return handled()
  }

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

const logger = { log: vi.fn(), warn: vi.fn(), error: logged }

/** A microservice that listens over TCP, and what it answers. */
async function start(guard: 'local' | 'global') {
  handled.mockClear()
  logged.mockClear()
  const { api, bearer } = await startWorld()
  const imports = [ProtectedResourceModule.forRoot({ api, guard })]
  const options = { host: '127.0.0.1', port: await freePort() }
  const app: INestMicroservice = await NestFactory.createMicroservice<MicroserviceOptions>(
    moduleOf({ imports, controllers: [Accounts] }),
    { transport: Transport.TCP, options, logger },
  )
  await app.listen()
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options })
  onTestFinished(async () => {
    client.close()
    await app.close()
  })
  const token = await bearer()
  return (pattern: string): Promise<unknown> => firstValueFrom(client.send(pattern, token))
}

describe.each(['local', 'global'] as const)('RPC with guard %s', (guard) => {
  it.each(['guarded', 'optional', ...(guard === 'global' ? ['undeclared'] : [])])(
    'lets nobody in, whatever the message carries, and says why in the log: %s',
    async (pattern) => {
      const ask = await start(guard)
      await expect(ask(pattern)).rejects.toEqual({ status: 'error', message: 'Internal server error' })
      expect(handled).not.toHaveBeenCalled()
      expect(String(logged.mock.calls[0]?.[0])).toContain('this one belongs to "rpc"')
    },
  )

  it('leaves what is public alone', async () => {
    const ask = await start(guard)
    expect(await ask('public')).toBe('let in')
  })
})
