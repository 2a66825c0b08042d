import type { ExecutionContext } from '@nestjs/common'
import type { ProtectedResource } from '@portcullis/core'
import type { Call } from './call.js'
import { graphqlCall } from './graphql-call.js'
import { httpCall } from './http-call.js'
import { messageCall } from './message-call.js'

/**
 * The call that a guard is asked about. Contexts that are not known here are refused, whatever they carry.
 *
 * @param api - which guards it; undefined for whom that does not matter
 * @throws TypeError
 */
export function callOf(context: ExecutionContext, api?: ProtectedResource): Call {
  const type: string = context.getType()
  if (type === 'http') return httpCall(context)
  if (type === 'graphql') return graphqlCall(context)
  if (type === 'ws') return messageCall(context, api)
  throw new TypeError(
    `@portcullis/nestjs guards HTTP, GraphQL and WebSocket handlers only, this one belongs to "${type}"`,
  )
}
