import type { NodeRequest } from '@portcullis/core'

/** A request as a platform hands it over: Express its own, Fastify a wrapper around it. */
export interface PlatformRequest extends NodeRequest {
  readonly raw?: NodeRequest
}

/** The server's own request object and the target as it came. */
export function incoming(request: PlatformRequest): { request: NodeRequest; target: string | undefined } {
  return {
    request: request.rawHeaders ? request : (request.raw ?? request),
    target: request.originalUrl,
  }
}
