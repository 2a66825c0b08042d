import { Controller, Get, UseGuards } from '@nestjs/common'
import type { Principal } from '@portcullis/core'
import { describe, expect, it } from 'vitest'
import { api, authorization, otherApi } from '../../../test/adapters/resources.js'
import { platforms, serve } from '../test-support/application.js'
import { CurrentPrincipal, ProtectedResourceGuard, ProtectedResourceModule, Requires } from './index.js'

const show = (caller: Principal | undefined) => ({ caller: caller?.clientId ?? null })

@Controller()
class Callers {
  @Get('any')
  @Requires()
  any(@CurrentPrincipal() caller: Principal) {
    return show(caller)
  }

  @Get('optional')
  @Requires('optional')
  optional(@CurrentPrincipal({ optional: true }) caller: Principal | undefined) {
    return show(caller)
  }

  @Get('optional-but-demanded')
  @Requires('optional')
  demanded(@CurrentPrincipal() caller: Principal) {
    return show(caller)
  }

  @Get('public')
  @Requires('nothing')
  public(@CurrentPrincipal() caller: Principal) {
    return show(caller)
  }

  @Get('undeclared')
  undeclared(@CurrentPrincipal() caller: Principal) {
    return show(caller)
  }

  @Get('undeclared-optional')
  undeclaredOptional(@CurrentPrincipal({ optional: true }) caller: Principal | undefined) {
    return show(caller)
  }
}

describe.each(platforms)('@CurrentPrincipal on %s', (platform) => {
  it.each([
    ['/any', 401, 'robot'],
    ['/optional', null, 'robot'],
    ['/optional-but-demanded', 500, 'robot'],
    ['/public', 500, 500],
    ['/undeclared', 500, 500],
    ['/undeclared-optional', null, null],
  ])(
    'hands over who calls; without anybody it fails, unless it is optional: %s',
    async (path, stranger, caller) => {
      const get = await serve(
        { imports: [ProtectedResourceModule.forRoot({ api })], controllers: [Callers] },
        { platform },
      )
      const outcome = async (response: Response) =>
        response.ok ? ((await response.json()) as { caller: unknown }).caller : response.status
      expect(await outcome(await get(path))).toBe(stranger)
      expect(await outcome(await get(path, { headers: await authorization({ clientId: 'robot' }) }))).toBe(
        caller,
      )
    },
  )

  it('does not believe what others wrote to the request', async () => {
    const get = await serve(
      { imports: [ProtectedResourceModule.forRoot({ api })], controllers: [Callers] },
      {
        platform,
        prepare: (app) =>
          app.use((request: object, _response: unknown, next: () => void) => {
            Object.assign(request, { principal: { clientId: 'forged' } })
            next()
          }),
      },
    )
    expect(await (await get('/optional')).json()).toEqual({ caller: null })
  })
})

describe('with several protected resources, @CurrentPrincipal', () => {
  @Controller()
  class Named {
    @Get('unnamed')
    @Requires()
    unnamed(@CurrentPrincipal() caller: Principal) {
      return { audience: caller.audience }
    }

    @Get('partner')
    @Requires({ api: 'partner' })
    partner(@CurrentPrincipal() caller: Principal) {
      return { audience: caller.audience }
    }
  }

  @Controller()
  class Undeclared {
    @Get('undeclared')
    undeclared(@CurrentPrincipal() caller: Principal) {
      return { audience: caller.audience }
    }
  }

  @Controller()
  @UseGuards(ProtectedResourceGuard)
  class Guarded {
    @Get('guarded')
    guarded(@CurrentPrincipal() caller: Principal) {
      return { audience: caller.audience }
    }
  }

  @Controller('of-partner')
  @Requires({ api: 'partner' })
  class OfPartner {
    @Get('class')
    class(@CurrentPrincipal() caller: Principal) {
      return { audience: caller.audience }
    }

    @Get('method')
    @Requires()
    method(@CurrentPrincipal() caller: Principal) {
      return { audience: caller.audience }
    }

    @Get('moved')
    @Requires({ api: 'default' })
    moved(@CurrentPrincipal() caller: Principal) {
      return { audience: caller.audience }
    }
  }

  const unnamed = (guard: 'local' | 'global') => ProtectedResourceModule.forRoot({ api, guard })
  const partner = (guard: 'local' | 'global') =>
    ProtectedResourceModule.forRoot({ api: otherApi, name: 'partner', guard })

  it('hands over who called the one that the handler names', async () => {
    const get = await serve({ imports: [unnamed('local'), partner('local')], controllers: [Named] })
    const forPartner = await authorization({ audience: otherApi.resource })
    expect(await (await get('/unnamed', { headers: await authorization() })).json()).toEqual({
      audience: [api.resource],
    })
    expect(await (await get('/partner', { headers: forPartner })).json()).toEqual({
      audience: [otherApi.resource],
    })
  })

  it.each([
    ['/of-partner/class', otherApi.resource],
    ['/of-partner/method', otherApi.resource],
    ['/of-partner/moved', api.resource],
  ])(
    'hands over who called the one of the controller, unless the method names another: %s',
    async (path, audience) => {
      const get = await serve({ imports: [unnamed('global'), partner('local')], controllers: [OfPartner] })
      const response = await get(path, { headers: await authorization({ audience }) })
      expect([response.status, await response.json()]).toEqual([200, { audience: [audience] }])
    },
  )

  it('hands over the only principal there is to a handler that names none', async () => {
    const get = await serve({ imports: [partner('global')], controllers: [Undeclared] })
    const forPartner = await authorization({ audience: otherApi.resource })
    expect(await (await get('/undeclared', { headers: forPartner })).json()).toEqual({
      audience: [otherApi.resource],
    })
  })

  it('fails for a handler that names none, when two were asked', async () => {
    const controllers = [Undeclared, Guarded]
    const get = await serve({ imports: [unnamed('local'), partner('global')], controllers })
    const forBoth = await authorization({ audience: [api.resource, otherApi.resource] })
    expect((await get('/guarded', { headers: forBoth })).status).toBe(500)
    expect((await get('/undeclared', { headers: forBoth })).status).toBe(200)
  })
})
