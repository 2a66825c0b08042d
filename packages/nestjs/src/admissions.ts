import type { ExecutionContext } from '@nestjs/common'
import type { NodeRequest, Principal, ProtectedResource, RoutePolicy } from '@portcullis/core'

/** A request as a platform hands it over: Express its own, Fastify a wrapper around it. */
interface PlatformRequest extends NodeRequest {
  readonly raw?: NodeRequest
}

/** The server's own request object and the target as it came. */
export function incoming(context: ExecutionContext): { raw: NodeRequest; target: string | undefined } {
  const request: PlatformRequest = context.switchToHttp().getRequest()
  return { raw: request.rawHeaders ? request : (request.raw ?? request), target: request.originalUrl }
}

interface Admission {
  readonly api: ProtectedResource
  readonly policy: RoutePolicy
}

/** Who let a request in, by the name of the protected resource; what it knows of the caller, it is asked. */
const admissions = new WeakMap<NodeRequest, Map<string, Admission>>()

export function rememberAdmission(request: NodeRequest, name: string, admission: Admission): void {
  const known = admissions.get(request) ?? new Map<string, Admission>()
  admissions.set(request, known.set(name, admission))
}

/** A global guard and those of controller and method ask the same, one after the other. */
export function wasAdmitted(request: NodeRequest, name: string, { api, policy }: Admission): boolean {
  const known = admissions.get(request)?.get(name)
  return known?.api === api && known.policy === policy
}

/** The principal for the protected resource with this name; without a name, for the only one that was asked. */
export function principalOf(request: NodeRequest, name: string | undefined): Principal | undefined {
  const known = admissions.get(request)
  if (!known || (name === undefined && known.size > 1)) return undefined
  const [only] = known.values()
  return (name === undefined ? only : known.get(name))?.api.admitted(request)
}
