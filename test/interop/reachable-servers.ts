import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import {
  type CertificateOption,
  type DpopOptions,
  protectedResource,
  type TrustedIssuer,
} from '@portcullis/core'
import type { TestApi } from '../contract/api.js'
import { servers } from '../contract/servers/index.js'
import { portOf } from '../contract/servers/running-server.js'

/** What the apis of all servers have in common. */
export interface ApiSettings {
  readonly issuers: readonly TrustedIssuer[]
  /** Default: where clients reach it. */
  readonly resource?: string
  /** Made for each api anew: instances do not share what they remember. Default: off. */
  readonly dpop?: () => DpopOptions
  /** Default: none; certificates come from nowhere. */
  readonly certificate?: CertificateOption
  readonly publishMetadata?: boolean
  readonly now?: () => number
}

/** Where clients reach each of the four servers of the contract, by name. */
export interface ReachableServers {
  readonly urls: ReadonlyMap<string, string>
  close(): Promise<void>
}

/** Every server has an api of its own, which knows the URL that its clients call: `htu` is compared with that. */
export async function startReachableServers(settings: ApiSettings): Promise<ReachableServers> {
  const started = await Promise.all(
    servers.map(async ([name, start]) => {
      const gateway = await openGateway()
      const server = await start(apiAt(gateway.origin, settings))
      gateway.leadTo(server.port)
      return { name, gateway, server }
    }),
  )
  return {
    urls: new Map(started.map(({ name, gateway }) => [name, gateway.origin])),
    async close() {
      await Promise.all(started.flatMap(({ gateway, server }) => [gateway.close(), server.close()]))
    },
  }
}

function apiAt(publicUrl: string, settings: ApiSettings): TestApi {
  const {
    issuers,
    resource = publicUrl,
    dpop,
    certificate,
    publishMetadata = false,
    now = Date.now,
  } = settings
  return protectedResource({
    resource,
    publicUrls: [publicUrl],
    scopes: ['accounts:read', 'accounts:write'],
    issuers,
    publishMetadata,
    ...(dpop && { dpop: dpop() }),
    ...(certificate && { certificate }),
    now,
    onEvent: () => {},
  })
}

/** A port that is known before the server behind it starts: it passes on bytes, as they come. */
async function openGateway() {
  let target = 0
  const open = new Set<Socket>()
  const keep = (socket: Socket) => {
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy()))
    return socket
  }
  const gateway = createServer((client) => {
    const server = keep(connect(target, '127.0.0.1'))
    keep(client).pipe(server).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  return {
    origin: `http://127.0.0.1:${portOf(gateway)}`,
    leadTo(port: number) {
      target = port
    },
    async close() {
      gateway.close()
      for (const socket of open) socket.destroy()
      await once(gateway, 'close')
    },
  }
}
