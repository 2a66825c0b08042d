import { Controller, Get, Injectable, Scope, type Type, UseGuards } from '@nestjs/common'
import { anyOf, scope } from '@portcullis/core'
import { describe, expect, it, vi } from 'vitest'
import { api, authorization, otherApi, wrongRequirements } from '../../../test/adapters/resources.js'
import { platforms, serve, startUp } from '../test-support/application.js'
import { ProtectedResourceModule, Requires } from './index.js'

const imports = [ProtectedResourceModule.forRoot({ api })]
const read = scope('accounts:read')
const write = scope('accounts:write')

/** The class decorator or method decorator of a program without types. */
function requiresAnything(...given: readonly unknown[]): ClassDecorator & MethodDecorator {
  return Requires(...(given as []))
}

describe.each(platforms)('@Requires on %s', (platform) => {
  @Controller()
  @Requires(read)
  class Accounts {
    @Get('class')
    class() {
      return 'let in'
    }

    @Get('method')
    @Requires(write)
    method() {
      return 'let in'
    }

    @Get('any')
    @Requires()
    any() {
      return 'let in'
    }

    @Get('public')
    @Requires('nothing')
    public() {
      return 'let in'
    }
  }

  @Controller('inherited')
  class Inheriting extends Accounts {
    @Get('own')
    own() {
      return 'let in'
    }
  }

  @Controller('extended')
  @UseGuards({ canActivate: () => true })
  class Extending extends Accounts {}

  @Controller('replaced')
  @Requires(write)
  class Replacing extends Accounts {}

  it.each([
    ['/class', 'accounts:read', [401, 403, 200]],
    ['/method', 'accounts:write', [401, 403, 200]],
    ['/any', '', [401, 200, 200]],
    ['/public', '', [200, 200, 200]],
    ['/inherited/class', 'accounts:read', [401, 403, 200]],
    ['/inherited/method', 'accounts:write', [401, 403, 200]],
    ['/inherited/public', '', [200, 200, 200]],
    ['/inherited/own', 'accounts:read', [401, 403, 200]],
    ['/extended/class', 'accounts:read', [401, 403, 200]],
    ['/replaced/class', 'accounts:write', [401, 403, 200]],
  ])(
    'asks on a method for what stands there, else for what stands on its class: %s',
    async (path, needed, statuses) => {
      const get = await serve(
        { imports, controllers: [Inheriting, Extending, Replacing, Accounts] },
        { platform },
      )
      const asked = [
        await get(path),
        await get(path, { headers: await authorization() }),
        await get(path, { headers: await authorization({ scope: needed }) }),
      ]
      expect(asked.map(({ status }) => status)).toEqual(statuses)
    },
  )

  it('works for a controller that lives for one request', async () => {
    const built = vi.fn()

    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      constructor() {
        built()
      }
    }

    @Controller({ scope: Scope.REQUEST })
    @Requires(read)
    class Ephemeral {
      readonly perRequest: PerRequest
      constructor(perRequest: PerRequest) {
        this.perRequest = perRequest
      }

      @Get()
      root() {
        return 'let in'
      }
    }

    const get = await serve({ imports, controllers: [Ephemeral], providers: [PerRequest] }, { platform })
    expect((await get('/')).status).toBe(401)
    expect((await get('/', { headers: await authorization({ scope: 'accounts:read' }) })).status).toBe(200)
    expect(built).toHaveBeenCalled()
  })
})

/** A controller with this decorator on a method, and one with it on the class. */
function declaring(decorator: () => ClassDecorator & MethodDecorator): (() => Type)[] {
  return [
    () => {
      @Controller()
      class Accounts {
        @Get()
        @decorator()
        list() {
          return 'let in'
        }
      }
      return Accounts
    },
    () => {
      @Controller()
      @decorator()
      class Accounts {
        @Get()
        list() {
          return 'let in'
        }
      }
      return Accounts
    },
  ]
}

describe('an application does not start, and is told where the mistake is,', () => {
  async function expectTypeErrors(
    decorator: () => ClassDecorator & MethodDecorator,
    reason: RegExp,
  ): Promise<void> {
    const places = [/^@Requires on Accounts\.list: /, /^@Requires on Accounts: /]
    for (const [at, controller] of declaring(decorator).entries()) {
      const error: unknown = await startUp({ imports, controllers: [controller()] }).catch((thrown) => thrown)
      expect(error).toBeInstanceOf(TypeError)
      expect((error as Error).message).toMatch(places[at] as RegExp)
      expect((error as Error).message).toMatch(reason)
    }
  }

  it.each(wrongRequirements)('when @Requires is given %s', async (_what, given) => {
    await expectTypeErrors(() => requiresAnything(...given), /requires\(\): expected/)
  })

  it.each<[what: string, given: readonly unknown[], reason: RegExp]>([
    ['two requirements', [read, write], /allOf\(\) or anyOf\(\)/],
    ['undefined before its options', [undefined, { api: 'default' }], /got undefined/],
    ['undefined after a requirement', [read, undefined], /expected one requirement/],
    ['a scope outside scopes, deep inside', [anyOf(read, scope('accounts:delete'))], /'accounts:delete'/],
    ['the name of no module', [read, { api: 'partner' }], /forRoot\(\{ api, name: 'partner' \}\)/],
    ['a name that is undefined', [{ api: undefined }], /forRoot/],
  ])('when @Requires is given %s', async (_what, given, reason) => {
    await expectTypeErrors(() => requiresAnything(...given), reason)
  })

  it('when the mistake stands on an inherited method', async () => {
    class Base {
      @Get()
      @Requires(scope('accounts:delete'))
      list() {
        return 'let in'
      }
    }

    @Controller()
    class Inheriting extends Base {}

    await expect(startUp({ imports, controllers: [Inheriting] })).rejects.toThrow(
      /^@Requires on Inheriting\.list: /,
    )
  })

  it('when the mistake stands on a provider, such as a resolver or a gateway', async () => {
    @Injectable()
    class Resolver {
      @Requires(scope('accounts:delete'))
      accounts() {
        return 'let in'
      }
    }

    await expect(startUp({ imports, providers: [Resolver] })).rejects.toThrow(
      /^@Requires on Resolver\.accounts: /,
    )
  })

  it('when no module names a protected resource', async () => {
    for (const controller of declaring(() => Requires())) {
      const error: unknown = await startUp({ controllers: [controller()] }).catch((thrown) => thrown)
      expect(error).toBeInstanceOf(TypeError)
      expect((error as Error).message).toMatch(/ProtectedResourceModule\.forRoot/)
    }
  })

  it('when every module has a name and @Requires gives none', async () => {
    const [controller] = declaring(() => Requires()).map((declare) => declare())
    const named = ProtectedResourceModule.forRoot({ api, name: 'partner' })
    await expect(startUp({ imports: [named], controllers: [controller as Type] })).rejects.toThrow(TypeError)
  })
})

describe('a global guard', () => {
  @Controller()
  class Mixed {
    @Get('named')
    @Requires({ api: 'partner' })
    named() {
      return 'let in'
    }

    @Get('unnamed')
    @Requires()
    unnamed() {
      return 'let in'
    }
  }

  it('leaves handlers that name another resource to that one, which still guards them', async () => {
    const get = await serve({
      imports: [
        ProtectedResourceModule.forRoot({ api, guard: 'global' }),
        ProtectedResourceModule.forRoot({ api: otherApi, name: 'partner', guard: 'global' }),
      ],
      controllers: [Mixed],
    })
    const [forApi, forPartner] = [await authorization(), await authorization({ audience: otherApi.resource })]
    const ask = async (path: string) => [
      (await get(path)).status,
      (await get(path, { headers: forApi })).status,
      (await get(path, { headers: forPartner })).status,
    ]
    expect(await ask('/named')).toEqual([401, 401, 200])
    expect(await ask('/unnamed')).toEqual([401, 200, 401])
  })
})

it('runs before the guards that stand above it, and after those below, as Nest orders them', async () => {
  const [above, below] = [vi.fn(() => true), vi.fn(() => true)]

  @Controller()
  class Accounts {
    @Get()
    @UseGuards({ canActivate: above })
    @Requires()
    @UseGuards({ canActivate: below })
    list() {
      return 'let in'
    }
  }

  const get = await serve({ imports, controllers: [Accounts] })
  expect((await get('/')).status).toBe(401)
  expect([above.mock.calls.length, below.mock.calls.length]).toEqual([0, 1])
  expect((await get('/', { headers: await authorization() })).status).toBe(200)
  expect([above.mock.calls.length, below.mock.calls.length]).toEqual([1, 2])
})
