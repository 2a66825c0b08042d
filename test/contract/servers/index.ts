import { startExpress } from './express.js'
import { startFastify } from './fastify.js'
import { startNestOnExpress, startNestOnFastify } from './nest.js'
import type { StartServer } from './running-server.js'

export type ServerSet = readonly (readonly [name: string, start: StartServer])[]

/** The four servers whose answers must be the same. */
export const servers: ServerSet = [
  ['Express', startExpress],
  ['Fastify', startFastify],
  ['Nest on Express', startNestOnExpress],
  ['Nest on Fastify', startNestOnFastify],
]
