import type { ExecutionContext } from '@nestjs/common'
import type { NodeRequest, Principal } from '@portcullis/core'

/** A request as a platform hands it over: Express its own, Fastify a wrapper around it. */
interface PlatformRequest extends NodeRequest {
  readonly raw?: NodeRequest
}

/** The server's own request object and the target as it came. */
export function incoming(context: ExecutionContext): { raw: NodeRequest; target: string | undefined } {
  const request: PlatformRequest = context.switchToHttp().getRequest()
  return { raw: request.raw ?? request, target: request.originalUrl }
}

/** Who calls, by request and by the name of the protected resource that let the request in. */
const principals = new WeakMap<NodeRequest, Map<string, Principal>>()

export function rememberPrincipal(request: NodeRequest, api: string, principal: Principal): void {
  const known = principals.get(request) ?? new Map<string, Principal>()
  principals.set(request, known.set(api, principal))
}

/** Without a name: the only principal there is. */
export function recallPrincipal(request: NodeRequest, api: string | undefined): Principal | undefined {
  const known = principals.get(request)
  if (!known || (api === undefined && known.size > 1)) return undefined
  return api === undefined ? known.values().next().value : known.get(api)
}
