import { type ConnectionOptions, connect } from 'node:tls'
import type { Open } from '../exchange.js'
import { type ServerSet, servers } from '../servers/index.js'
import type { Tls } from '../servers/running-server.js'
import type { Identity } from './certificates.js'
import { authorityCertificate, serverIdentity } from './identities.js'

/** Asks for a client certificate and takes any: whom it belongs to is said by the token (RFC 8705 §4). */
export const serverTls: Tls = {
  cert: serverIdentity.cert,
  key: serverIdentity.key,
  requestCert: true,
  rejectUnauthorized: false,
}

/** The four servers, each behind HTTPS in the manner of its framework. */
export const secureServers: ServerSet = servers.map(
  ([name, startServer]) => [name, (api) => startServer(api, serverTls)] as const,
)

/** As a client with this certificate, or without one. */
export function overTls(client?: Identity, options: ConnectionOptions = {}): Open {
  return (port) => connect({ port, ...clientTls(client), ...options })
}

export function clientTls(client?: Identity): ConnectionOptions {
  const own = client && { cert: client.cert, key: client.key }
  return { host: '127.0.0.1', servername: 'localhost', ca: authorityCertificate, ...own }
}
