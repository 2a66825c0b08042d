import type { ModuleRef } from '@nestjs/core'
import { instancesOf } from './registered-api.js'

/** What @ResolveField() and @ResolveReference() write on a method, and under which token the options of GraphQLModule are. */
const fieldKey = 'graphql:resolve_property'
const referenceKey = 'graphql:resolve_reference'
const optionsToken = 'GqlModuleOptions'

interface GraphqlOptions {
  readonly fieldResolverEnhancers?: readonly string[]
}

/** A reference of a federation is a way into the graph, like a query: https://www.apollographql.com/docs/federation/entities */
export function isReference(handler: object): boolean {
  return Reflect.hasMetadata(referenceKey, handler)
}

/** GraphQL asks no guard for the fields of an object, nor for references, unless it is told to. @throws TypeError */
export function refuseUnguardedField(moduleRef: ModuleRef, handler: object): void {
  if (!Reflect.hasMetadata(fieldKey, handler) && !isReference(handler)) return
  const all = instancesOf<GraphqlOptions>(moduleRef, optionsToken)
  if (all.every(({ fieldResolverEnhancers }) => fieldResolverEnhancers?.includes('guards'))) return
  throw new TypeError(
    "a field or a reference is guarded only with GraphQLModule.forRoot({ fieldResolverEnhancers: ['guards'] })",
  )
}
