import type { ExecutionContext } from '@nestjs/common'
import { type Authentication, fromNode, type ProtectedResource, type RoutePolicy } from '@portcullis/core'
import { rememberAdmission, wasAdmitted } from './admissions.js'
import type { Call } from './contexts/call.js'
import { callOf } from './contexts/call-of.js'
import { failureIn } from './contexts/failure.js'

/**
 * Lets a call in as the policy wants it, at once where nothing has to be waited for.
 *
 * @param name - under which the protected resource is registered
 * @throws what its context answers with: an HttpException with its headers set, a GraphQLError, a WsException; where there is no
 * request to look at, a TypeError, which GraphQL is told as an internal error
 */
export function admit(
  context: ExecutionContext,
  api: ProtectedResource,
  name: string,
  policy: RoutePolicy,
): true | Promise<true> {
  if (policy.access === 'nothing') return true
  const call = callIn(context, api)
  const { request, target } = call
  if (!call.repeats && wasAdmitted(request, name, { api, policy })) return true
  const admission = api.admit(fromNode(request, target), policy)
  const letIn = (admitted: Authentication | undefined): true => {
    rememberAdmission(request, name, { api, policy })
    if (admitted) call.setHeaders(admitted.headers)
    return true
  }
  return admission && 'then' in admission ? settle(admission, letIn, context, api, call) : letIn(admission)
}

async function settle(
  pending: Promise<Authentication | undefined>,
  letIn: (admitted: Authentication | undefined) => true,
  context: ExecutionContext,
  api: ProtectedResource,
  call: Call,
): Promise<true> {
  try {
    return letIn(await pending)
  } catch (error) {
    const challenge = api.challenge(error)
    throw challenge ? await call.refusal(challenge, error) : failureIn(context, error)
  }
}

function callIn(context: ExecutionContext, api: ProtectedResource): Call {
  try {
    return callOf(context, api)
  } catch (error) {
    throw failureIn(context, error)
  }
}
