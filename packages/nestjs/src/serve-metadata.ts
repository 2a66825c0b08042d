import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpServer } from '@nestjs/common'
import type { ProtectedResource, PublishedMetadata } from '@portcullis/core'

/** Stands beside the protected resource whose module serves its metadata. */
export const servesMetadataToken = '@portcullis/nestjs metadata'

/** What this needs of Fastify. */
interface FastifyHooks {
  addHook(name: 'onRequest', hook: (request: PlatformRequest, reply: FastifyReply) => Promise<unknown>): void
}
interface FastifyReply {
  readonly raw: ServerResponse
  hijack(): unknown
}
interface PlatformRequest {
  readonly originalUrl: string
  readonly method: string
}

/**
 * Answers at the well-known path of RFC 9728 §3, before any route of the application, outside of the global prefix and of every guard.
 *
 * @throws TypeError
 */
export function serveMetadata(adapter: HttpServer, { metadata }: ProtectedResource): void {
  if (!metadata) {
    throw new TypeError('ProtectedResourceModule.metadata: set publishMetadata of protectedResource()')
  }
  if (adapter.getType() !== 'fastify') {
    adapter.use((request: IncomingMessage & PlatformRequest, response: ServerResponse, next: () => void) => {
      if (metadata.isAt(request.originalUrl)) answer(metadata, request.method, response)
      else next()
    })
    return
  }
  const instance: FastifyHooks = adapter.getInstance()
  instance.addHook('onRequest', async (request, reply) => {
    if (!metadata.isAt(request.originalUrl)) return
    reply.hijack()
    answer(metadata, request.method, reply.raw)
  })
}

function answer(metadata: PublishedMetadata, method: string, response: ServerResponse): void {
  const { status, headers, body } = metadata.answer(method)
  response.writeHead(status, headers).end(body)
}
