import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import type { Principal } from '@portcullis/core'
import { principalOf } from './admissions.js'
import { callOf } from './contexts/call-of.js'
import { failureIn } from './contexts/failure.js'
import { declarationForCall } from './declaration.js'

/** @see CurrentPrincipal */
export interface CurrentPrincipalOptions {
  /** For `'optional'` routes: undefined when the request came without credentials. Default false. */
  readonly optional?: boolean
}

function currentPrincipal(
  options: CurrentPrincipalOptions | undefined,
  context: ExecutionContext,
): Principal | undefined {
  try {
    const principal = principalIn(context)
    if (principal || options?.optional) return principal
    throw new TypeError(
      'No principal: put @Requires() on the handler, or ask @CurrentPrincipal({ optional: true })',
    )
  } catch (error) {
    throw failureIn(context, error)
  }
}

function principalIn(context: ExecutionContext): Principal | undefined {
  const call = callOf(context)
  const name = declarationForCall(context)?.api
  return call.principal ? call.principal() : principalOf(call.request, name)
}

/**
 * Hands the principal to a parameter of a handler; a handler that nothing protects fails with a TypeError.
 *
 * @example list(@CurrentPrincipal() caller: PrincipalOf<typeof api>) { … }
 */
export const CurrentPrincipal: (options?: CurrentPrincipalOptions) => ParameterDecorator =
  createParamDecorator(currentPrincipal)
