import type { Challenge } from '@portcullis/core'

const codes = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  503: 'SERVICE_UNAVAILABLE',
} as const

/**
 * Apollo wants a Map, and makes header fields of the response of it; every other server prints it as JSON.
 *
 * @see https://www.apollographql.com/docs/apollo-server/data/errors#setting-http-status-code-and-headers
 */
class HeaderFields extends Map<string, string> {
  toJSON(): Record<string, string> {
    return Object.fromEntries(this)
  }
}

/** The package is there where GraphQL is used, and need not be elsewhere. */
export async function graphqlRefusal({ body, headers, status }: Challenge, cause: unknown): Promise<Error> {
  const { GraphQLError } = await import('graphql')
  const problem = JSON.parse(body) as { detail: string }
  const error = new GraphQLError(problem.detail, {
    originalError: cause instanceof Error ? cause : null,
    extensions: {
      code: codes[status],
      problem,
      http: { status, headers: new HeaderFields(Object.entries(headers)) },
    },
  })
  // In development Apollo sends the stack to clients, and the cause tells what only operators may know.
  error.stack = `${error.name}: ${error.message}`
  return error
}
