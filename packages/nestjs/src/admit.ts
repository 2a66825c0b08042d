import type { ExecutionContext } from '@nestjs/common'
import { fromNode, type ProtectedResource, type RoutePolicy } from '@portcullis/core'
import { rememberAdmission, wasAdmitted } from './admissions.js'
import { callOf } from './contexts/call-of.js'

/**
 * Lets a call in as the policy wants it.
 *
 * @param name - under which the protected resource is registered
 * @throws what its context answers with: an HttpException with its headers set, a GraphQLError, a WsException; TypeError where
 * there is no request to look at
 */
export async function admit(
  context: ExecutionContext,
  api: ProtectedResource,
  name: string,
  policy: RoutePolicy,
): Promise<true> {
  if (policy.access === 'nothing') return true
  const call = callOf(context, api)
  const { request, target } = call
  if (!call.repeats && wasAdmitted(request, name, { api, policy })) return true
  try {
    const admitted = await api.admit(fromNode(request, target), policy)
    rememberAdmission(request, name, { api, policy })
    if (admitted) call.setHeaders(admitted.headers)
    return true
  } catch (error) {
    const challenge = api.challenge(error)
    if (!challenge) throw error
    throw await call.refusal(challenge, error)
  }
}
