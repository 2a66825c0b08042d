import type { ProtectedResource } from '@portcullis/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isRoot } from './is-root.js'

/**
 * Answers at the well-known path of RFC 9728 §3. A hook, not a route: it stands outside of what guards routes, and of prefixes.
 *
 * @throws TypeError
 */
export async function serveMetadata(
  app: FastifyInstance,
  { metadata }: Pick<ProtectedResource, 'metadata'>,
): Promise<void> {
  if (!metadata) throw new TypeError('protection.metadata: set publishMetadata of protectedResource()')
  if (!isRoot(app)) throw new TypeError('protection.metadata: register it at the root of the application')
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (!metadata.isAt(request.originalUrl)) return undefined
    const { status, headers, body } = metadata.answer(request.method)
    // An empty text would be given a content type.
    return reply
      .code(status)
      .headers(headers)
      .send(body === '' ? undefined : body)
  })
}
