import { jwtIssuer, type ProtectedResource, protectedResource, scope } from '@portcullis/core'
import { expectTypeOf } from 'vitest'
import {
  CurrentPrincipal,
  type CurrentPrincipalOptions,
  ProtectedResourceModule,
  type ProtectedResourceModuleExtras,
  type ProtectedResourceModuleOptions,
  Requires,
  type RequiresOptions,
} from './index.js'

const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['accounts:read'],
  issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
})

// What a module can be given.
ProtectedResourceModule.forRoot({ api })
ProtectedResourceModule.forRoot({ api, guard: 'global', name: 'accounts', metadata: true })
ProtectedResourceModule.forRootAsync({
  useFactory: async () => ({ api }),
  guard: 'global',
  name: 'accounts',
  metadata: true,
})
expectTypeOf({ api }).toExtend<ProtectedResourceModuleOptions>()
expectTypeOf<ProtectedResourceModuleExtras>().toEqualTypeOf<{
  readonly guard?: 'local' | 'global'
  readonly name?: string
  readonly metadata?: boolean
}>()
expectTypeOf(ProtectedResourceModule.forRoot)
  .parameter(0)
  .toExtend<ProtectedResourceModuleOptions & ProtectedResourceModuleExtras>()
ProtectedResourceModule.forRoot({ api: {} as ProtectedResource })
// @ts-expect-error a protected resource that turns out to be undefined
ProtectedResourceModule.forRoot({ api: undefined })
// @ts-expect-error a guard that does not exist
ProtectedResourceModule.forRoot({ api, guard: 'x' })
// @ts-expect-error a guard that turns out to be undefined
ProtectedResourceModule.forRoot({ api, guard: undefined })
// @ts-expect-error what people are told belongs into publishMetadata
ProtectedResourceModule.forRoot({ api, metadata: { name: 'Accounts' } })
// @ts-expect-error a switch that turns out to be undefined
ProtectedResourceModule.forRoot({ api, metadata: undefined })
// @ts-expect-error a misspelt option
ProtectedResourceModule.forRoot({ api, gaurd: 'global' })
// @ts-expect-error no protected resource
ProtectedResourceModule.forRoot({ guard: 'global' })
// @ts-expect-error a factory that makes no protected resource
ProtectedResourceModule.forRootAsync({ useFactory: () => ({}) })

// What a handler or a controller can require.
expectTypeOf(Requires).returns.toEqualTypeOf<ClassDecorator & MethodDecorator>()
expectTypeOf<RequiresOptions>().toEqualTypeOf<{ readonly api: string }>()
Requires()
Requires('nothing')
Requires('optional')
Requires(scope('accounts:read'))
Requires({ api: 'accounts' })
Requires(scope('accounts:read'), { api: 'accounts' })
// @ts-expect-error a scope as a bare string
Requires('accounts:read')
// @ts-expect-error a constant that turns out to be undefined
Requires(undefined)
// @ts-expect-error two requirements: they are combined with allOf() or anyOf()
Requires(scope('accounts:read'), scope('accounts:write'))
// @ts-expect-error a name that is undefined
Requires({ api: undefined })

// Who calls.
expectTypeOf(CurrentPrincipal).returns.toEqualTypeOf<ParameterDecorator>()
expectTypeOf(CurrentPrincipal).parameter(0).toEqualTypeOf<CurrentPrincipalOptions | undefined>()
expectTypeOf<CurrentPrincipalOptions>().toEqualTypeOf<{ readonly optional?: boolean }>()
CurrentPrincipal()
CurrentPrincipal({ optional: true })
// @ts-expect-error a misspelt option
CurrentPrincipal({ optionl: true })
