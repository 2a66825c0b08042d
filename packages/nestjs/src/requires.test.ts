import {
  applyDecorators,
  Controller,
  type DynamicModule,
  Get,
  Injectable,
  Scope,
  type Type,
  UseGuards,
} from '@nestjs/common'
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

type Guard = 'local' | 'global'

function bothApis(unnamed: Guard, partner: Guard): DynamicModule[] {
  return [
    ProtectedResourceModule.forRoot({ api, guard: unnamed }),
    ProtectedResourceModule.forRoot({ api: otherApi, name: 'partner', guard: partner }),
  ]
}

describe.each<[guards: string, unnamed: Guard, partner: Guard]>([
  ['no global guard', 'local', 'local'],
  ['a global guard of the unnamed resource', 'global', 'local'],
  ['a global guard of the named resource', 'local', 'global'],
])('the api of a controller, with %s,', (_guards, unnamed, partner) => {
  const guarded = Requires(read)

  @Controller('of-partner')
  @Requires(read, { api: 'partner' })
  class OfPartner {
    @Get('class')
    class() {
      return 'let in'
    }

    @Get('method')
    @Requires()
    method() {
      return 'let in'
    }

    @Get('scoped')
    @Requires(write)
    scoped() {
      return 'let in'
    }

    @Get('public')
    @Requires('nothing')
    public() {
      return 'let in'
    }

    @Get('moved')
    @Requires({ api: 'default' })
    moved() {
      return 'let in'
    }

    @Get('moved-scoped')
    @Requires(write, { api: 'default' })
    movedScoped() {
      return 'let in'
    }

    @Get('shared')
    @guarded
    shared() {
      return 'let in'
    }
  }

  @Controller('of-unnamed')
  @Requires(read)
  class OfUnnamed {
    @Get('class')
    class() {
      return 'let in'
    }

    @Get('moved')
    @Requires({ api: 'partner' })
    moved() {
      return 'let in'
    }

    @Get('moved-scoped')
    @Requires(write, { api: 'partner' })
    movedScoped() {
      return 'let in'
    }

    @Get('shared')
    @guarded
    shared() {
      return 'let in'
    }
  }

  @Controller('undeclared')
  class OfNobody {
    @Get('moved')
    @Requires(read, { api: 'partner' })
    moved() {
      return 'let in'
    }

    @Get('shared')
    @guarded
    shared() {
      return 'let in'
    }
  }

  @Controller('inherited')
  class Inheriting extends OfPartner {}

  @Controller('replaced')
  @Requires({ api: 'default' })
  class Replacing extends OfPartner {}

  /** Without credentials; for the one resource and for the other, each without scope, with read and with write. */
  const letIn = {
    api: {
      any: '401 | 200 200 200 | 401 401 401',
      read: '401 | 403 200 403 | 401 401 401',
      write: '401 | 403 403 200 | 401 401 401',
    },
    partner: {
      any: '401 | 401 401 401 | 200 200 200',
      read: '401 | 401 401 401 | 403 200 403',
      write: '401 | 401 401 401 | 403 403 200',
    },
    public: '200 | 200 200 200 | 200 200 200',
  }

  it.each([
    ['/of-partner/class', letIn.partner.read],
    ['/of-partner/method', letIn.partner.any],
    ['/of-partner/scoped', letIn.partner.write],
    ['/of-partner/public', letIn.public],
    ['/of-partner/moved', letIn.api.any],
    ['/of-partner/moved-scoped', letIn.api.write],
    ['/of-partner/shared', letIn.partner.read],
    ['/of-unnamed/class', letIn.api.read],
    ['/of-unnamed/moved', letIn.partner.any],
    ['/of-unnamed/moved-scoped', letIn.partner.write],
    ['/of-unnamed/shared', letIn.api.read],
    ['/undeclared/moved', letIn.partner.read],
    ['/undeclared/shared', letIn.api.read],
    ['/inherited/class', letIn.partner.read],
    ['/inherited/method', letIn.partner.any],
    ['/inherited/scoped', letIn.partner.write],
    ['/inherited/moved', letIn.api.any],
    ['/replaced/class', letIn.api.any],
    ['/replaced/method', letIn.api.any],
    ['/replaced/scoped', letIn.api.write],
  ])('holds for a method that names none, and only for such: %s', async (path, expected) => {
    const controllers = [OfPartner, OfUnnamed, OfNobody, Inheriting, Replacing]
    const get = await serve({ imports: bothApis(unnamed, partner), controllers })
    const asked = [(await get(path)).status]
    for (const { resource: audience } of [api, otherApi]) {
      for (const granted of ['', 'accounts:read', 'accounts:write'])
        asked.push((await get(path, { headers: await authorization({ audience, scope: granted }) })).status)
    }
    const [stranger, ...callers] = asked
    expect(`${stranger} | ${callers.slice(0, 3).join(' ')} | ${callers.slice(3).join(' ')}`).toBe(expected)
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

describe('a program does not load', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['empty', ''],
    ['a number', 7],
    ['a list', ['partner']],
  ])('when @Requires is given a name that is %s', (_what, name) => {
    for (const given of [[{ api: name }], [read, { api: name }]]) {
      for (const declare of declaring(() => requiresAnything(...given))) {
        expect(declare).toThrow(TypeError)
        expect(declare).toThrow(/^@Requires: expected api to be the name of a protected resource, got /)
      }
    }
  })

  it('when @Requires stands twice on one target', () => {
    const twice = () => applyDecorators(Requires(read), Requires(write)) as ClassDecorator & MethodDecorator
    for (const declare of declaring(twice)) {
      expect(declare).toThrow(TypeError)
      expect(declare).toThrow(/^@Requires stands twice on one target; .* allOf\(\) or anyOf\(\)$/)
    }
  })

  it('but does when @Requires stands on a class and on its base, on a method and on what it overrides', async () => {
    class Base {
      @Get()
      @Requires(read)
      list() {
        return 'let in'
      }
    }
    Requires('nothing')(Base)

    @Controller()
    @Requires(write)
    class Overriding extends Base {
      @Get()
      @Requires(write)
      override list() {
        return 'let in'
      }
    }

    const get = await serve({ imports, controllers: [Overriding] })
    const statusWith = async (granted: string) =>
      (await get('/', { headers: await authorization({ scope: granted }) })).status
    expect([
      (await get('/')).status,
      await statusWith('accounts:read'),
      await statusWith('accounts:write'),
    ]).toEqual([401, 403, 200])
  })
})

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

  it('when the controller names no module that there is, even if each of its methods names one', async () => {
    @Controller()
    @Requires({ api: 'partner' })
    class Accounts {
      @Get()
      @Requires({ api: 'default' })
      list() {
        return 'let in'
      }
    }

    await expect(startUp({ imports, controllers: [Accounts] })).rejects.toThrow(
      /^@Requires on Accounts: .*forRoot\(\{ api, name: 'partner' \}\)/,
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

describe('a decorator that puts another function in place of a method', () => {
  /** As decorators for caching and tracing do. */
  const wrap: MethodDecorator = (_target, _method, descriptor) => {
    const { value } = descriptor as { value?: unknown }
    const wrapped = function (this: unknown, ...given: unknown[]) {
      return (value as (...given: unknown[]) => unknown).apply(this, given)
    }
    return { ...descriptor, value: wrapped as never }
  }

  const wrapWithMetadata: MethodDecorator = (target, method, descriptor) => {
    const wrapped = wrap(target, method, descriptor) as typeof descriptor
    const [from, to] = [descriptor.value as object, wrapped.value as object]
    for (const key of Reflect.getMetadataKeys(from))
      Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to)
    return wrapped
  }

  it('above @Requires keeps the application from starting', async () => {
    @Controller()
    class Accounts {
      @Get()
      @wrap
      @Requires(read)
      list() {
        return 'let in'
      }
    }

    await expect(startUp({ imports, controllers: [Accounts] })).rejects.toThrow(
      new TypeError(
        '@Requires on Accounts.list: a decorator above it put another function in place; write @Requires above that one',
      ),
    )
  })

  it('above @Requires keeps the application from starting when it stands on a provider', async () => {
    @Injectable()
    class Resolver {
      @wrap
      @Requires(read)
      accounts() {
        return 'let in'
      }
    }

    await expect(startUp({ imports, providers: [Resolver] })).rejects.toThrow(
      /^@Requires on Resolver\.accounts: /,
    )
  })

  it('above @Requires keeps the application from starting when the method is inherited', async () => {
    class Base {
      @Get()
      @wrap
      @Requires(read)
      list() {
        return 'let in'
      }
    }

    @Controller()
    class Accounts extends Base {}

    await expect(startUp({ imports, controllers: [Accounts] })).rejects.toThrow(
      /^@Requires on Accounts\.list: /,
    )
  })

  it('is no matter where a class further down replaced the method', async () => {
    class Base {
      @wrap
      @Requires(read)
      list() {
        return 'let in'
      }
    }

    @Controller()
    class Accounts extends Base {
      @Get()
      @Requires(read)
      override list() {
        return 'let in'
      }
    }

    await expect(startUp({ imports, controllers: [Accounts] })).resolves.toBeUndefined()
  })

  it('leaves it in force when it copies the metadata, or stands below', async () => {
    @Controller()
    class Accounts {
      @Get('copied')
      @wrapWithMetadata
      @Requires(read)
      copied() {
        return 'let in'
      }

      @Get('below')
      @Requires(read)
      @wrap
      below() {
        return 'let in'
      }
    }

    const get = await serve({ imports, controllers: [Accounts] })
    const reader = await authorization({ scope: 'accounts:read' })
    for (const path of ['/copied', '/below']) {
      const asked = [
        await get(path),
        await get(path, { headers: await authorization() }),
        await get(path, { headers: reader }),
      ]
      expect(
        asked.map(({ status }) => status),
        path,
      ).toEqual([401, 403, 200])
    }
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

  it.each<[whose: string, unnamed: Guard, partner: Guard]>([
    ['of the unnamed resource', 'global', 'local'],
    ['of the named resource', 'local', 'global'],
  ])(
    '%s leaves handlers of the other to that one, which still guards them',
    async (_whose, unnamed, partner) => {
      const get = await serve({ imports: bothApis(unnamed, partner), controllers: [Mixed] })
      const [forApi, forPartner] = [
        await authorization(),
        await authorization({ audience: otherApi.resource }),
      ]
      const ask = async (path: string) => [
        (await get(path)).status,
        (await get(path, { headers: forApi })).status,
        (await get(path, { headers: forPartner })).status,
      ]
      expect(await ask('/named')).toEqual([401, 401, 200])
      expect(await ask('/unnamed')).toEqual([401, 200, 401])
    },
  )
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
