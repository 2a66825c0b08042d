import { jwtIssuer, protectedResource, scope } from '@portcullis/core'
import { startAuthorizationServer, type TestAuthorizationServer } from '@portcullis/testing'

const resource = 'https://api.example.com'

/** What a consumer's only route requires. */
export const read = scope('accounts:read')

function apiThatTrusts({ issuer, jwks }: TestAuthorizationServer) {
  const issuers = [jwtIssuer({ issuer, jwks })]
  return protectedResource({ resource, scopes: ['accounts:read'], issuers, onEvent: () => undefined })
}

export type Api = ReturnType<typeof apiThatTrusts>

/** Asks the server that `start` starts on a port: once without a token, once with a good one. Ends the process. */
export async function check(start: (api: Api) => Promise<number>): Promise<never> {
  const server = await startAuthorizationServer({ audience: resource })
  const url = `http://127.0.0.1:${await start(apiThatTrusts(server))}/`
  const stranger = await fetch(url)
  const caller = await fetch(url, {
    headers: { authorization: `Bearer ${await server.mint({ scope: 'accounts:read' })}` },
  })
  const found = [
    stranger.status,
    stranger.headers.get('www-authenticate'),
    caller.status,
    await caller.text(),
  ].join(', ')
  const expected = `401, Bearer realm="${resource}", 200, {"client":"test-client"}`
  if (found !== expected) console.error(`expected ${expected}; found ${found}`)
  process.exit(found === expected ? 0 : 1)
}
