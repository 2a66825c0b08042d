import { inspect } from 'node:util'
import { applyDecorators, UseGuards } from '@nestjs/common'
import type { RouteRequirement } from '@portcullis/core'
import { type Declaration, declarationKey, rememberMethod } from './declaration.js'
import { ProtectedResourceGuard } from './protected-resource-guard.js'

/** Which of several protected resources is meant. */
export interface RequiresOptions {
  /** The `name` that its `forRoot` was given. */
  readonly api: string
}

type RequiresArguments = [] | [RouteRequirement] | [RequiresOptions] | [RouteRequirement, RequiresOptions]

/**
 * Guards a controller or a method: a requirement, `'nothing'`, `'optional'`, or no argument for any valid token. On a
 * method it replaces the requirement of the controller. Checked when the application starts.
 *
 * @example @Requires(scope('accounts:read'))
 */
export function Requires(...given: RequiresArguments): ClassDecorator & MethodDecorator {
  const options = given.at(-1)
  const named = isOptions(options)
  const declaration: Declaration = {
    requires: named ? given.slice(0, -1) : given,
    api: named ? readName(options) : undefined,
  }
  return applyDecorators(declare(declaration), UseGuards(ProtectedResourceGuard))
}

function isOptions(value: unknown): value is RequiresOptions {
  return typeof value === 'object' && value !== null && 'api' in value
}

/** A name that is there but undefined (a typo in a constant) must not turn into another resource. */
function readName({ api }: RequiresOptions): string {
  if (typeof api === 'string' && api !== '') return api
  throw new TypeError(`@Requires: expected api to be the name of a protected resource, got ${inspect(api)}`)
}

/** Of two declarations on one target, only one could hold. */
function declare(declaration: Declaration): ClassDecorator & MethodDecorator {
  return (target: object, method?: string | symbol, descriptor?: PropertyDescriptor) => {
    const declared = descriptor ? (descriptor.value as object) : target
    if (Reflect.hasOwnMetadata(declarationKey, declared)) {
      throw new TypeError(
        '@Requires stands twice on one target; combine requirements with allOf() or anyOf()',
      )
    }
    Reflect.defineMetadata(declarationKey, declaration, declared)
    if (method !== undefined) rememberMethod(target, method)
  }
}
