import { allFourApi } from './apis/all-four.js'
import { expressApi } from './apis/express.js'
import { fastifyApi } from './apis/fastify.js'
import type { Issuers } from './apis/issuers.js'
import { nestApi } from './apis/nest.js'
import type { AuthorizationServer } from './authorization-servers/authorization-server.js'
import { startBoruta } from './authorization-servers/boruta.js'
import { startEntraId } from './authorization-servers/entra-id.js'
import { startHelseId } from './authorization-servers/helse-id.js'
import { startMaskinporten } from './authorization-servers/maskinporten.js'
import { type ClientKeys, type Clients, connectClients, newClientKeys } from './clients/clients.js'
import { type Listener, openPort } from './open-port.js'
import { applications, atBoruta, audiences, maskinportenScopes, organisations } from './registrations.js'

export interface RunningApi {
  readonly name: string
  readonly trusts: string
  /** Its URL, which is also its resource identifier. */
  readonly resource: string
  close(): Promise<void>
}

/** Everything that runs. */
export interface Demo {
  readonly servers: Readonly<Record<keyof Issuers, AuthorizationServer>>
  readonly issuers: Issuers
  readonly apis: Readonly<Record<'express' | 'fastify' | 'nest' | 'all', RunningApi>>
  readonly clients: Clients
  readonly keys: ClientKeys
  close(): Promise<void>
}

export async function startDemo(): Promise<Demo> {
  const keys = await newClientKeys()
  const servers = await startServers(keys)
  const { helseId, maskinporten, entraId, boruta } = servers
  const issuers = {
    helseId: helseId.issuer,
    maskinporten: maskinporten.issuer,
    entraId: entraId.issuer,
    boruta: boruta.issuer,
  }
  const [express, fastify, nest, all] = await Promise.all([
    startApi('Express', 'Maskinporten', issuers, expressApi),
    startApi('Fastify', 'HelseID', issuers, fastifyApi),
    startApi('Nest', 'Entra ID', issuers, nestApi),
    startApi('All four', 'all four', issuers, allFourApi),
  ])
  return {
    servers,
    issuers,
    apis: { express, fastify, nest, all },
    clients: await connectClients(issuers, keys),
    keys,
    async close() {
      const running = [...Object.values(servers), express, fastify, nest, all]
      await Promise.all(running.map((one) => one.close()))
    },
  }
}

async function startServers(keys: ClientKeys): Promise<Demo['servers']> {
  const { clinic, customer, vendor } = organisations
  const scopes = Object.values(maskinportenScopes)
  const [helseId, maskinporten, entraId, boruta] = await Promise.all([
    startHelseId(
      [
        { id: 'clinic', publicJwk: keys.clinic.publicJwk, organisation: clinic },
        { id: 'many-clinics', publicJwk: keys.manyClinics.publicJwk },
      ],
      [audiences.fastify, audiences.all].flatMap((audience) => [`${audience}/read`, `${audience}/write`]),
    ),
    startMaskinporten([
      { id: 'customer', publicJwk: keys.customer.publicJwk, organisation: customer, scopes, actsFor: [] },
      { id: 'vendor', publicJwk: keys.vendor.publicJwk, organisation: vendor, scopes, actsFor: [customer] },
    ]),
    startEntraId(Object.values(applications)),
    startBoruta([atBoruta.client], [atBoruta.api]),
  ])
  return { helseId, maskinporten, entraId, boruta }
}

type BuildApi = (resource: string, issuers: Issuers) => Listener | Promise<Listener>

async function startApi(
  name: string,
  trusts: string,
  issuers: Issuers,
  build: BuildApi,
): Promise<RunningApi> {
  const { origin: resource, serve, close } = await openPort()
  serve(await build(resource, issuers))
  return { name, trusts, resource, close }
}
