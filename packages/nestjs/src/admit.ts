import { type ExecutionContext, HttpException } from '@nestjs/common'
import { fromNode, type ProtectedResource, type RoutePolicy } from '@portcullis/core'
import { incoming, rememberAdmission, wasAdmitted } from './admissions.js'

interface PlatformResponse {
  header(name: string, value: string): unknown
}

/**
 * Lets a request in as the policy wants it.
 *
 * @param name - under which the protected resource is registered
 * @throws HttpException with its headers set; TypeError where there is no HTTP request to look at
 */
export async function admit(
  context: ExecutionContext,
  api: ProtectedResource,
  name: string,
  policy: RoutePolicy,
): Promise<true> {
  if (policy.access === 'nothing') return true
  if (context.getType() !== 'http') {
    throw new TypeError(
      `@portcullis/nestjs guards HTTP handlers only, this one belongs to "${context.getType()}"`,
    )
  }
  const { raw, target } = incoming(context)
  if (wasAdmitted(raw, name, { api, policy })) return true
  try {
    const admitted = await api.admit(fromNode(raw, target), policy)
    rememberAdmission(raw, name, { api, policy })
    if (admitted) setHeaders(context, admitted.headers)
    return true
  } catch (error) {
    const challenge = api.challenge(error)
    if (!challenge) throw error
    setHeaders(context, challenge.headers)
    throw new HttpException(JSON.parse(challenge.body), challenge.status, { cause: error })
  }
}

function setHeaders(context: ExecutionContext, headers: Readonly<Record<string, string>>): void {
  const response: PlatformResponse = context.switchToHttp().getResponse()
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
}
