import type { ExecutionContext } from '@nestjs/common'
import {
  type Authentication,
  fromNode,
  isPending,
  type ProtectedResource,
  type RoutePolicy,
} from '@portcullis/core'
import { type Admission, rememberAdmission, wasAdmitted } from './admissions.js'
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
  const admission = { name, api, policy }
  if (!call.repeats && wasAdmitted(call.request, admission)) return true
  const admitted = api.admit(fromNode(call.request, call.target), policy)
  return isPending(admitted)
    ? letInLater(call, admission, admitted, context)
    : letIn(call, admission, admitted)
}

function letIn(call: Call, admission: Admission, admitted: Authentication | undefined): true {
  rememberAdmission(call.request, admission)
  if (admitted) call.setHeaders(admitted.headers)
  return true
}

async function letInLater(
  call: Call,
  admission: Admission,
  pending: Promise<Authentication | undefined>,
  context: ExecutionContext,
): Promise<true> {
  try {
    return letIn(call, admission, await pending)
  } catch (error) {
    const challenge = admission.api.challenge(error)
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
