import { Controller, type DynamicModule, Get, Injectable, type ModuleMetadata } from '@nestjs/common'
import { REQUEST } from '@nestjs/core'
import { describe, expect, it } from 'vitest'
import { api, authorization, otherApi } from '../../../test/adapters/resources.js'
import { type Get as Ask, moduleOf, platforms, serve, startUp } from '../test-support/application.js'
import { ProtectedResourceModule, type ProtectedResourceModuleOptions, Requires } from './index.js'

@Controller()
class Accounts {
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

  @Get('undeclared')
  undeclared() {
    return 'let in'
  }
}

@Controller()
class Undeclared {
  @Get()
  root() {
    return 'let in'
  }
}

/** The statuses of the routes of `Accounts` for a request without credentials. */
async function strangers(get: Ask): Promise<Record<string, number>> {
  const statuses = ['any', 'public', 'undeclared'].map(
    async (path) => [path, (await get(`/${path}`)).status] as const,
  )
  return Object.fromEntries(await Promise.all(statuses))
}

async function statusFor(get: Ask, path: string, audience: string): Promise<number> {
  return (await get(path, { headers: await authorization({ audience }) })).status
}

describe.each(platforms)('forRoot on %s', (platform) => {
  it('guards by default what @Requires stands on, and nothing else', async () => {
    const get = await serve(
      { imports: [ProtectedResourceModule.forRoot({ api })], controllers: [Accounts] },
      { platform },
    )
    expect(await strangers(get)).toEqual({ any: 401, public: 200, undeclared: 200 })
    expect(await statusFor(get, '/any', api.resource)).toBe(200)
  })

  it("guards every handler with guard: 'global'", async () => {
    const imports = [ProtectedResourceModule.forRoot({ api, guard: 'global' })]
    const get = await serve({ imports, controllers: [Accounts] }, { platform })
    expect(await strangers(get)).toEqual({ any: 401, public: 200, undeclared: 401 })
    expect(await statusFor(get, '/undeclared', api.resource)).toBe(200)
  })

  it("answers 404 for an unknown route, also with guard: 'global'", async () => {
    const imports = [ProtectedResourceModule.forRoot({ api, guard: 'global' })]
    const get = await serve({ imports, controllers: [Accounts] }, { platform })
    expect((await get('/unknown', { headers: { authorization: 'Bearer junk' } })).status).toBe(404)
    expect((await get('/any', { method: 'POST' })).status).toBe(404)
  })

  it('is a global module: controllers of other modules need no import', async () => {
    const feature = moduleOf({ controllers: [Accounts] })
    const get = await serve({ imports: [feature, ProtectedResourceModule.forRoot({ api })] }, { platform })
    expect(await strangers(get)).toEqual({ any: 401, public: 200, undeclared: 200 })
  })
})

@Injectable()
class Config {
  readonly api = api
}

@Injectable()
class OptionsFactory {
  create(): ProtectedResourceModuleOptions {
    return { api }
  }
}

const configModule = {
  module: moduleOf({}),
  providers: [Config, OptionsFactory],
  exports: [Config, OptionsFactory],
}

describe('forRootAsync', () => {
  it.each([
    ['useFactory', { useFactory: () => ({ api }) }],
    ['an asynchronous useFactory', { useFactory: async () => ({ api }) }],
    [
      'imports and inject',
      { imports: [configModule], inject: [Config], useFactory: ({ api }: Config) => ({ api }) },
    ],
    ['useClass', { useClass: OptionsFactory }],
    ['useExisting', { imports: [configModule], useExisting: OptionsFactory }],
  ])('takes the protected resource from %s', async (_what, options) => {
    const get = await serve({
      imports: [ProtectedResourceModule.forRootAsync(options)],
      controllers: [Accounts],
    })
    expect(await strangers(get)).toEqual({ any: 401, public: 200, undeclared: 200 })
    expect(await statusFor(get, '/any', api.resource)).toBe(200)
  })

  it('takes guard beside the factory', async () => {
    const imports = [ProtectedResourceModule.forRootAsync({ guard: 'global', useFactory: () => ({ api }) })]
    const get = await serve({ imports, controllers: [Accounts] })
    expect(await strangers(get)).toEqual({ any: 401, public: 200, undeclared: 401 })
  })

  it('says what is wrong with a factory that runs for every request, not that there is none', async () => {
    const module = ProtectedResourceModule.forRootAsync({ inject: [REQUEST], useFactory: () => ({ api }) })
    await expect(startUp({ imports: [module] })).rejects.toThrow(
      new TypeError('ProtectedResourceModule: forRootAsync cannot depend on what is made for every request'),
    )
  })

  it('takes name beside the factory', async () => {
    const imports = [
      ProtectedResourceModule.forRootAsync({ useFactory: () => ({ api }) }),
      ProtectedResourceModule.forRootAsync({
        name: 'other',
        guard: 'global',
        useFactory: () => ({ api: otherApi }),
      }),
    ]
    const get = await serve({ imports, controllers: [Accounts] })
    expect(await statusFor(get, '/any', api.resource)).toBe(200)
    expect(await statusFor(get, '/undeclared', api.resource)).toBe(401)
    expect(await statusFor(get, '/undeclared', otherApi.resource)).toBe(200)
  })
})

describe('several protected resources', () => {
  @Controller()
  class Both {
    @Get('default')
    @Requires()
    default() {
      return 'let in'
    }

    @Get('partner')
    @Requires({ api: 'partner' })
    partner() {
      return 'let in'
    }

    @Get('partner-public')
    @Requires('nothing', { api: 'partner' })
    partnerPublic() {
      return 'let in'
    }

    @Get('undeclared')
    undeclared() {
      return 'let in'
    }
  }

  it.each(['local', 'global'] as const)('each guard what names them, with guard: %s', async (guard) => {
    const get = await serve({
      imports: [
        ProtectedResourceModule.forRoot({ api, guard }),
        ProtectedResourceModule.forRoot({ api: otherApi, name: 'partner' }),
      ],
      controllers: [Both],
    })
    const expected = {
      '/default': [401, 200, 401],
      '/partner': [401, 401, 200],
      '/partner-public': [200, 200, 200],
      '/undeclared': guard === 'global' ? [401, 200, 401] : [200, 200, 200],
    }
    for (const [path, statuses] of Object.entries(expected)) {
      const asked = [
        (await get(path)).status,
        await statusFor(get, path, api.resource),
        await statusFor(get, path, otherApi.resource),
      ]
      expect(asked, path).toEqual(statuses)
    }
  })

  it('find each other from any module: a named one need not be imported where it is required', async () => {
    const feature = moduleOf({ controllers: [Both] })
    const elsewhere = moduleOf({
      imports: [ProtectedResourceModule.forRoot({ api: otherApi, name: 'partner' })],
    })
    const get = await serve({ imports: [feature, elsewhere, ProtectedResourceModule.forRoot({ api })] })
    expect(await statusFor(get, '/partner', otherApi.resource)).toBe(200)
  })

  it('may be one and the same, imported twice', async () => {
    const imports = [ProtectedResourceModule.forRoot({ api }), ProtectedResourceModule.forRoot({ api })]
    const get = await serve({ imports, controllers: [Accounts] })
    expect(await strangers(get)).toEqual({ any: 401, public: 200, undeclared: 200 })
  })

  it.each([
    ['a handler asks for one of them', Accounts, 'local'],
    ['every handler is guarded', Undeclared, 'global'],
  ] as const)(
    'without names keep the application from starting when %s',
    async (_when, controller, guard) => {
      for (const other of [guard, 'local'] as const) {
        const imports = [
          ProtectedResourceModule.forRoot({ api, guard }),
          ProtectedResourceModule.forRoot({ api: otherApi, guard: other }),
        ]
        const starting = startUp({ imports, controllers: [controller] })
        await expect(starting).rejects.toThrow(
          new TypeError(
            '@portcullis/nestjs: several protected resources without a name; give each but one a name of its own',
          ),
        )
      }
    },
  )

  it('without names keep an application without any handler from starting', async () => {
    const imports = [
      ProtectedResourceModule.forRoot({ api }),
      ProtectedResourceModule.forRootAsync({ useFactory: () => ({ api: otherApi }) }),
    ]
    await expect(startUp({ imports })).rejects.toThrow(/several protected resources without a name;/)
  })

  it('with the same name keep the application from starting', async () => {
    const imports = [
      ProtectedResourceModule.forRoot({ api }),
      ProtectedResourceModule.forRoot({ api, name: 'partner' }),
      ProtectedResourceModule.forRoot({ api: otherApi, name: 'partner' }),
    ]
    const starting = startUp({ imports, controllers: [Both] })
    await expect(starting).rejects.toThrow(TypeError)
    await expect(starting).rejects.toThrow(
      /several protected resources called "partner"; give each but one a name of its own$/,
    )
  })

  it.each<[which: string, imports: () => DynamicModule[]]>([
    [
      'one has no name',
      () => [
        ProtectedResourceModule.forRoot({ api, guard: 'global' }),
        ProtectedResourceModule.forRoot({ api: otherApi, name: 'partner', guard: 'global' }),
      ],
    ],
    [
      'both have a name',
      () => [
        ProtectedResourceModule.forRoot({ api, name: 'own', guard: 'global' }),
        ProtectedResourceModule.forRoot({ api: otherApi, name: 'partner', guard: 'global' }),
      ],
    ],
    [
      'a factory makes one of them',
      () => [
        ProtectedResourceModule.forRootAsync({ guard: 'global', useFactory: async () => ({ api }) }),
        ProtectedResourceModule.forRoot({ api: otherApi, name: 'partner', guard: 'global' }),
      ],
    ],
    [
      'one stands in another module',
      () => [
        ProtectedResourceModule.forRoot({ api, guard: 'global' }),
        {
          module: moduleOf({}),
          imports: [ProtectedResourceModule.forRoot({ api: otherApi, name: 'partner', guard: 'global' })],
        },
      ],
    ],
  ])("with two times guard: 'global' keep the application from starting: %s", async (_which, imports) => {
    for (const controllers of [[], [Undeclared]]) {
      await expect(startUp({ imports: imports(), controllers })).rejects.toThrow(
        new TypeError("@portcullis/nestjs: only one ProtectedResourceModule can have guard: 'global'"),
      )
    }
  })

  it("with one and the same module with guard: 'global' in two places guard once", async () => {
    const guarded = ProtectedResourceModule.forRoot({ api, guard: 'global' })
    const feature = moduleOf({ imports: [guarded], controllers: [Undeclared] })
    const get = await serve({ imports: [guarded, feature] })
    expect((await get('/')).status).toBe(401)
    expect(await statusFor(get, '/', api.resource)).toBe(200)
  })
})

describe('the module without forRoot', () => {
  it.each<[where: string, imports: () => NonNullable<ModuleMetadata['imports']>]>([
    ['alone', () => [ProtectedResourceModule]],
    ['before one with forRoot', () => [ProtectedResourceModule, ProtectedResourceModule.forRoot({ api })]],
    ['after one with forRoot', () => [ProtectedResourceModule.forRoot({ api }), ProtectedResourceModule]],
    ['as a dynamic module', () => [{ module: ProtectedResourceModule }]],
    ['in a feature', () => [moduleOf({ imports: [ProtectedResourceModule], controllers: [Undeclared] })]],
  ])('is a TypeError when the application starts: %s', async (_where, imports) => {
    await expect(startUp({ imports: imports() })).rejects.toThrow(
      new TypeError('ProtectedResourceModule: import ProtectedResourceModule.forRoot({ api })'),
    )
  })
})

describe('wrong options', () => {
  it.each([
    ['guard', 'a word that it does not know', { api, guard: 'x' }],
    ['guard', 'undefined', { api, guard: undefined }],
    ['name', 'empty', { api, name: '' }],
    ['name', 'undefined', { api, name: undefined }],
    ['name', 'a number', { api, name: 7 }],
    ['name', 'the name of the one without a name', { api, name: 'default' }],
    ['metadata', 'undefined', { api, metadata: undefined }],
    ['metadata', 'a text', { api, metadata: 'true' }],
    ['metadata', 'what people are told', { api, metadata: { name: 'Accounts' } }],
    ['gaurd', 'unknown', { api, gaurd: 'global' }],
    ['api', 'missing', {}],
    ['api', 'undefined', { api: undefined }],
    ['api', 'not what protectedResource() makes', { api: { resource: api.resource } }],
  ])('are a TypeError that names the option: %s is %s', async (option, _what, options) => {
    await expectTypeError(option, () => ProtectedResourceModule.forRoot(options as { api: typeof api }))
  })

  it.each([
    ['api', 'missing, as the factory made nothing', undefined],
    ['api', 'missing', {}],
    ['guard', 'not beside the factory', { api, guard: 'global' }],
    ['name', 'not beside the factory', { api, name: 'partner' }],
    ['metadata', 'not beside the factory', { api, metadata: true }],
  ])(
    'are a TypeError that names the option when a factory made them: %s is %s',
    async (option, _what, made) => {
      const useFactory = () => made as { api: typeof api }
      await expectTypeError(option, () => ProtectedResourceModule.forRootAsync({ useFactory }))
    },
  )

  it.each([
    ['useFactory', () => ({ useFactory: () => api as never })],
    ['an asynchronous useFactory', () => ({ useFactory: async () => api as never })],
  ])('say that { api } is expected when %s makes the protected resource itself', async (_what, options) => {
    const starting = startUp({ imports: [ProtectedResourceModule.forRootAsync(options())] })
    await expect(starting).rejects.toThrow(TypeError)
    await expect(starting).rejects.toThrow(
      /^ProtectedResourceModule\.api: expected \{ api \} with what protectedResource\(\) makes, got /,
    )
  })

  it('say what they can be when one is unknown', () => {
    const options = { api, gaurd: 'global' }
    expect(() => ProtectedResourceModule.forRoot(options)).toThrow(
      new TypeError('ProtectedResourceModule: unknown option "gaurd", expected api, guard, name or metadata'),
    )
  })

  async function expectTypeError(option: string, module: () => DynamicModule): Promise<void> {
    const error: unknown = await (async () => startUp({ imports: [module()] }))().catch((thrown) => thrown)
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toMatch(new RegExp(`\\b${option}\\b`))
  }
})
