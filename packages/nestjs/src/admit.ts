import type { ExecutionContext } from '@nestjs/common'
import { fromNode, type ProtectedResource, type RoutePolicy } from '@portcullis/core'
import { rememberAdmission, wasAdmitted } from './admissions.js'
import type { Call } from './contexts/call.js'
import { callOf } from './contexts/call-of.js'
import { failureIn } from './contexts/failure.js'

/**
 * Lets a call in as the policy wants it.
 *
 * @param name - under which the protected resource is registered
 * @throws what its context answers with: an HttpException with its headers set, a GraphQLError, a WsException; where there is no
 * request to look at, a TypeError, which GraphQL is told as an internal error
 */
export async function admit(
  context: ExecutionContext,
  api: ProtectedResource,
  name: string,
  policy: RoutePolicy,
): Promise<true> {
  if (policy.access === 'nothing') return true
  const call = callIn(context, api)
  const { request, target } = call
  if (!call.repeats && wasAdmitted(request, name, { api, policy })) return true
  try {
    const admitted = await api.admit(fromNode(request, target), policy)
    rememberAdmission(request, name, { api, policy })
    if (admitted) call.setHeaders(admitted.headers)
    return true
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
