import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { wasAsked } from './handshake-gate.js'

/** Options of engine.io, for upgrades at paths that are not its own. */
export interface UpgradeOptions {
  /** Whether it ends them. Default true. */
  readonly destroyUpgrade?: boolean
  /** After how many milliseconds. Default 1000. */
  readonly destroyUpgradeTimeout?: number
}

/** What a socket of Node counts. */
interface UpgradeSocket extends Duplex {
  readonly bytesWritten: number
}

const watched = new WeakSet<Server>()

/**
 * Ends upgrades that nobody answers, in the place of engine.io: each of several servers would end those of the others, though
 * a gate may think for longer.
 */
export function endUnansweredUpgrades(server: Server | undefined, options: UpgradeOptions): void {
  if (!server || options.destroyUpgrade === false || watched.has(server)) return
  watched.add(server)
  server.on('upgrade', (request: IncomingMessage, socket: UpgradeSocket) => {
    // Node gives the socket away, with a client at its other end who may hang up.
    socket.on('error', ignore)
    const end = () => {
      if (!wasAsked(request) && socket.bytesWritten === 0) socket.destroy()
    }
    setTimeout(end, options.destroyUpgradeTimeout ?? 1000).unref()
  })
}

function ignore(): void {}
