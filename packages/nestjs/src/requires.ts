import { applyDecorators, SetMetadata, UseGuards } from '@nestjs/common'
import type { RouteRequirement } from '@portcullis/core'
import { type Declaration, declarationKey } from './declaration.js'
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
    api: named ? options.api : undefined,
  }
  return applyDecorators(SetMetadata(declarationKey, declaration), UseGuards(ProtectedResourceGuard))
}

function isOptions(value: unknown): value is RequiresOptions {
  return typeof value === 'object' && value !== null && 'api' in value
}
