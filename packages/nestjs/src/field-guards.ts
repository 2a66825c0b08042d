import type { ModuleRef } from '@nestjs/core'
import { instancesOf } from './registered-api.js'

/** What @ResolveField() writes on a method, and under which token the options of GraphQLModule are. */
const fieldKey = 'graphql:resolve_property'
const optionsToken = 'GqlModuleOptions'

interface GraphqlOptions {
  readonly fieldResolverEnhancers?: readonly string[]
}

/** GraphQL asks no guard for the fields of an object unless it is told to. @throws TypeError */
export function refuseUnguardedField(moduleRef: ModuleRef, handler: object): void {
  if (!Reflect.hasMetadata(fieldKey, handler)) return
  const all = instancesOf<GraphqlOptions>(moduleRef, optionsToken)
  if (all.every(({ fieldResolverEnhancers }) => fieldResolverEnhancers?.includes('guards'))) return
  throw new TypeError(
    "a field is guarded only with GraphQLModule.forRoot({ fieldResolverEnhancers: ['guards'] })",
  )
}
