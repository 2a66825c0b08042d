import { jwtIssuer, protectedResource, role, scope } from '@portcullis/core'
import { startAuthorizationServer, type TestAuthorizationServer } from '@portcullis/testing'

const resource = 'https://api.example.com'
const wellKnown = '/.well-known/oauth-protected-resource'

/** What the token of the caller meets. */
export const read = scope('accounts:read')
export const teller = role('teller')
/** What it does not. */
export const director = role('director')

function apiThatTrusts({ issuer, jwks }: TestAuthorizationServer) {
  const issuers = [jwtIssuer({ issuer, jwks })]
  return protectedResource({
    resource,
    scopes: ['accounts:read'],
    issuers,
    publishMetadata: true,
    onEvent: () => undefined,
  })
}

export type Api = ReturnType<typeof apiThatTrusts>

/** Asks a server, and gives what its answer comes to: for a refusal over HTTP, the status and the challenge. */
export type Ask = (origin: string, headers: Readonly<Record<string, string>>) => Promise<string>

export interface Question {
  readonly ask: Ask
  /** The answer without a token. Default: `refused`. */
  readonly stranger?: string
  /** The answer with a good one. */
  readonly caller: string
}

const realm = `Bearer realm="${resource}"`
const pointer = `resource_metadata="${resource}${wellKnown}"`
const refused = `401 ${realm}, ${pointer}`
const why =
  'error="insufficient_scope", error_description="The access token does not meet what is required here."'
export const unmet = `403 ${realm}, ${why}, ${pointer}`

export function get(path: string): Ask {
  return async (origin, headers) => {
    const response = await fetch(origin + path, { headers })
    return `${response.status} ${response.headers.get('www-authenticate') ?? (await response.text())}`
  }
}

/** A route that requires `read`. */
export const route: Question = { ask: get('/'), caller: '200 {"client":"test-client"}' }

const document = `200 ["${resource}",["accounts:read"]]`

/** Is for everybody. */
export const metadata: Question = {
  async ask(origin, headers) {
    const response = await fetch(origin + wellKnown, { headers })
    const { resource, scopes_supported: scopes } = (await response.json()) as Record<string, unknown>
    return `${response.status} ${JSON.stringify([resource, scopes])}`
  },
  stranger: document,
  caller: document,
}

/** Asks the server that `start` starts on a port: each question without a token, and with a good one. Ends the process. */
export async function check(
  start: (api: Api) => Promise<number>,
  questions: readonly Question[] = [route, metadata],
): Promise<never> {
  const server = await startAuthorizationServer({ audience: resource })
  const origin = `http://127.0.0.1:${await start(apiThatTrusts(server))}`
  const token = await server.mint({ scope: 'accounts:read', claims: { roles: ['teller'] } })
  for (const { ask, stranger = refused, caller } of questions) {
    compare(await ask(origin, {}), stranger)
    compare(await ask(origin, { authorization: `Bearer ${token}` }), caller)
  }
  process.exit()
}

export function compare(found: string, expected: string): void {
  if (found === expected) return
  console.error(`expected ${expected}; found ${found}`)
  process.exitCode = 1
}
