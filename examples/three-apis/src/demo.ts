import type { DpopOptions } from '@portcullis/core'
import { type AccountsApi, accountsApi, withDpop } from './accounts-api.js'
import { expressApi } from './apis/express.js'
import { fastifyApi } from './apis/fastify.js'
import { nestApi } from './apis/nest.js'
import { startAuthorizationServer } from './authorization-server.js'
import { type Client, connect, type Identity, withPrivateKey, withSecret } from './client.js'
import { type Listener, openPort } from './open-port.js'

export interface RunningApi {
  readonly framework: string
  /** Its URL, which is also its resource identifier and the audience of its tokens. */
  readonly resource: string
  /** It takes tokens only that are bound to a key, with a proof of that key. */
  readonly usesDpop: boolean
  close(): Promise<void>
}

/** How long the tokens of `kiosk` live. */
export const kioskSeconds = 1

/** Everything that runs. */
export interface Demo {
  readonly issuer: string
  readonly apis: readonly RunningApi[]
  /** `reports` has a secret, `orders` a private key, `kiosk` short-lived tokens. */
  readonly clients: Readonly<Record<'reports' | 'orders' | 'kiosk', Client>>
  /** How `reports` authenticates, as curl takes it: `id:secret`. */
  readonly secret: string
  close(): Promise<void>
}

export async function startDemo(): Promise<Demo> {
  const reports = withSecret('reports')
  const orders = await withPrivateKey('orders')
  const kiosk = withSecret('kiosk')
  const server = await startAuthorizationServer({
    clients: [reports, orders, kiosk].map(({ registration }) => registration),
    lifetimes: { kiosk: kioskSeconds },
  })
  const { issuer } = server
  const apis = await Promise.all([
    startApi('Express', issuer, expressApi),
    startApi('Fastify', issuer, fastifyApi, withDpop),
    startApi('Nest', issuer, nestApi),
  ])
  return {
    issuer,
    apis,
    clients: {
      reports: await connect(issuer, reports),
      orders: await connect(issuer, orders),
      kiosk: await connect(issuer, kiosk),
    },
    secret: basicCredentials(reports),
    async close() {
      await Promise.all([server, ...apis].map((running) => running.close()))
    },
  }
}

type BuildApi = (api: AccountsApi) => Listener | Promise<Listener>

async function startApi(
  framework: string,
  issuer: string,
  build: BuildApi,
  dpop?: DpopOptions,
): Promise<RunningApi> {
  const { origin: resource, serve, close } = await openPort()
  serve(await build(accountsApi(resource, issuer, dpop)))
  return { framework, resource, usesDpop: dpop !== undefined, close }
}

function basicCredentials({ registration }: Identity): string {
  return `${registration.client_id}:${registration.client_secret}`
}
