import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo'
import type { DynamicModule } from '@nestjs/common'
import { GraphQLModule } from '@nestjs/graphql'
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius'
import type { Platform } from './world.js'

/** How GraphQL is served. */
export interface Driver {
  readonly name: string
  readonly platform: Platform
  /** @param options - on top of what each application has to say */
  readonly module: (options?: Record<string, unknown>) => DynamicModule
}

const always = { autoSchemaFile: true, fieldResolverEnhancers: ['guards' as const] }

const apollo: Driver['module'] = (options) =>
  GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    graphiql: false,
    // As it would be in development: whatever a stack tells is seen.
    includeStacktraceInErrorResponses: true,
    ...always,
    ...options,
  })

const mercurius: Driver['module'] = (options) =>
  GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, ...always, ...options })

export const drivers: readonly Driver[] = [
  { name: 'Apollo on Express', platform: 'Express', module: apollo },
  { name: 'Apollo on Fastify', platform: 'Fastify', module: apollo },
  { name: 'Mercurius on Fastify', platform: 'Fastify', module: mercurius },
]

export interface GraphqlAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly data: Record<string, unknown> | null | undefined
  readonly errors: readonly {
    readonly message: string
    readonly path?: string[]
    readonly extensions: Extensions
  }[]
}

interface Extensions {
  readonly code?: string
  readonly problem?: Record<string, unknown>
  readonly http?: { readonly status: number; readonly headers: Record<string, string> }
  readonly stacktrace?: readonly string[]
}

/** Sends one operation as every client does. */
export async function ask(
  url: string,
  query: string,
  headers: Record<string, string> = {},
): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })
  const text = await response.text()
  const { data, errors = [] } = JSON.parse(text) as Partial<GraphqlAnswer>
  return { status: response.status, headers: response.headers, text, data, errors }
}
