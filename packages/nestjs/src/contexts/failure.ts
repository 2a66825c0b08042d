import { type ExecutionContext, Logger } from '@nestjs/common'

const logger = new Logger('@portcullis/nestjs')

/**
 * What to throw instead of an error that is for the log. Nest hides errors from the clients of every context but GraphQL, whose
 * servers send the message, and in development the stack; they make a GraphQLError with these extensions of it.
 */
export function failureIn(context: ExecutionContext, cause: unknown): unknown {
  const type: string = context.getType()
  if (type !== 'graphql') return cause
  logger.error(cause)
  const failure = new Error('Internal server error', { cause })
  failure.stack = `${failure.name}: ${failure.message}`
  return Object.assign(failure, { extensions: { code: 'INTERNAL_SERVER_ERROR' } })
}
