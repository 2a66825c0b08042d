import { createServer } from 'node:http'
import { AuthorizationServer } from './authorization-server.js'
import { listen } from './listener.js'
import { createSigningKeys } from './signing-keys.js'
import type { AuthorizationServerOptions, TestAuthorizationServer } from './test-authorization-server.js'

/**
 * Starts an authorization server on a free port of 127.0.0.1. It publishes metadata and keys, and mints tokens.
 *
 * @example
 * const server = await startAuthorizationServer({ audience: 'https://api.example' })
 * const token = await server.mint({ scope: 'accounts:read' })
 * await server.close()
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<TestAuthorizationServer> {
  const http = createServer()
  const [keys, port] = await Promise.all([createSigningKeys(), listen(http)])
  return new AuthorizationServer(options, keys, http, port)
}
