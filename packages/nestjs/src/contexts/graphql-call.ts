import type { ExecutionContext } from '@nestjs/common'
import { fromNode, type NodeRequest } from '@portcullis/core'
import type { Call } from './call.js'
import { graphqlRefusal } from './graphql-refusal.js'
import { incoming, type PlatformRequest } from './platform-request.js'

/** What drivers and applications put into the context: `{ req }` by default, Mercurius `reply` beside it. */
interface GraphqlContext {
  readonly req?: WithResponse
  readonly request?: WithResponse
  readonly res?: PlatformResponse
  readonly reply?: PlatformResponse & { readonly request?: WithResponse }
  readonly response?: PlatformResponse
}

/** Express knows the response of a request. */
interface WithResponse extends PlatformRequest {
  readonly res?: PlatformResponse
}

interface PlatformResponse {
  readonly header?: (name: string, value: string) => unknown
}

interface Info {
  readonly operation?: { readonly operation?: string }
}

/**
 * The arguments of a resolver are source, arguments, context and info; read by their index, so that @nestjs/graphql need not be there.
 *
 * @throws TypeError for what is not a query or a mutation that came over HTTP
 */
export function graphqlCall(context: ExecutionContext): Call {
  const info: Info | undefined = context.getArgByIndex(3)
  const kind = info?.operation?.operation
  if (kind !== 'query' && kind !== 'mutation') {
    throw new TypeError(
      `@portcullis/nestjs guards GraphQL queries and mutations only, this is ${kind ?? 'neither'}`,
    )
  }
  const given: GraphqlContext | undefined = context.getArgByIndex(2)
  const request = requestIn(given)
  const response = [given?.res, given?.reply, given?.response, request.res].find(isResponse)
  const setHeaders: Call['setHeaders'] = (headers) => {
    for (const [name, value] of Object.entries(headers)) response?.header?.(name, value)
  }
  return {
    ...incoming(request),
    setHeaders,
    refusal(challenge, cause) {
      // The body is GraphQL's: its type is not for us to say.
      const { 'content-type': _, ...headers } = challenge.headers
      setHeaders(headers)
      return graphqlRefusal({ ...challenge, headers }, cause)
    },
  }
}

/** An operation over a WebSocket is refused with the subscriptions: its handshake was never asked for a token. */
function requestIn(given: GraphqlContext | undefined): WithResponse {
  const request = [given?.req, given?.request, given?.reply?.request].find(isRequest)
  if (!request) {
    throw new TypeError(
      '@portcullis/nestjs: no request in the GraphQL context, add it: context: ({ req, res }) => ({ req, res }) for Apollo on Express, context: (request, reply) => ({ request, reply }) on Fastify',
    )
  }
  if (opensWebSocket(incoming(request).request)) {
    throw new TypeError('@portcullis/nestjs guards GraphQL over HTTP only, this came over a WebSocket')
  }
  return request
}

/** Whoever sends the field gets HTTP where no server upgrades: Node says so. */
function opensWebSocket(request: NodeRequest & { readonly upgrade?: boolean | null }): boolean {
  const upgrades = fromNode(request).header('upgrade')
  return request.upgrade !== false && upgrades.some((field) => /websocket/i.test(field))
}

function isRequest(request: WithResponse | undefined): request is WithResponse {
  return Array.isArray(request?.rawHeaders) || Array.isArray(request?.raw?.rawHeaders)
}

function isResponse(response: PlatformResponse | undefined): boolean {
  return typeof response?.header === 'function'
}
