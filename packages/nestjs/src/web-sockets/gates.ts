import type { HandshakeGate } from './handshake-gate.js'

/** The gates of one adapter, each for the gateways at a path; the one without a path is for all others. */
export class Gates {
  readonly #byPath = new Map<string | undefined, HandshakeGate>()
  readonly #asked = new Set<string>()
  /** Where the servers are whose gateways name no path: socket.io has a path of its own. */
  readonly #defaultPath: string

  constructor(adapter: object) {
    this.#defaultPath = 'createIOServer' in adapter ? '/socket.io' : '/'
  }

  /** @param path - as `protectWebSockets` was given it @returns whether it is the first one there */
  add(path: string | undefined, gate: HandshakeGate): boolean {
    const key = path === undefined ? undefined : normalized(path)
    if (this.#byPath.has(key)) return false
    this.#byPath.set(key, gate)
    return true
  }

  /** @param path - as a gateway has it */
  at(path: string | undefined): HandshakeGate | undefined {
    const key = this.pathOf(path)
    this.#asked.add(key)
    return this.#byPath.get(key) ?? this.#byPath.get(undefined)
  }

  /** Where the gateways are whose `path` this is. */
  pathOf(path: string | undefined): string {
    return path ? normalized(path) : this.#defaultPath
  }

  /** A path at which no gateway is. */
  unused(): string | undefined {
    return [...this.#byPath.keys()].find((path) => path !== undefined && !this.#asked.has(path))
  }
}

function normalized(path: string): string {
  return `/${path.replaceAll(/^\/+|\/+$/g, '')}`
}

const gatesOfAdapters = new WeakMap<object, Gates>()

/** The gates of an adapter, once it has any. */
export function gatesOf(adapter: object): Gates | undefined {
  return gatesOfAdapters.get(adapter)
}

export function rememberGates(adapter: object, gates: Gates): void {
  gatesOfAdapters.set(adapter, gates)
}
