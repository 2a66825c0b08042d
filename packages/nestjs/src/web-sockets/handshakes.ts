import type { NodeRequest, ProtectedResource } from '@portcullis/core'

/** The request that opened a WebSocket, once a protected resource has let it in. */
export class Handshake {
  readonly api: ProtectedResource
  readonly request: NodeRequest
  /** Header fields for its answer. */
  readonly headers: Readonly<Record<string, string>>
  /** Closes the connection, once there is one. */
  close: () => void = () => undefined

  constructor(api: ProtectedResource, request: NodeRequest, headers: Handshake['headers'] = {}) {
    this.api = api
    this.request = request
    this.headers = headers
  }

  /** An anonymous one has no token that could expire. */
  secondsLeft(): number {
    const principal = this.api.admitted(this.request)
    return principal ? this.api.secondsLeft(principal) : Number.POSITIVE_INFINITY
  }

  hasExpired(): boolean {
    return !(this.secondsLeft() > 0)
  }
}

const handshakes = new WeakMap<object, Handshake>()

/** @param object - the request; a client, where it does not name its request itself */
export function rememberHandshake(object: object, handshake: Handshake): void {
  handshakes.set(object, handshake)
}

/** The handshake of a request, or of a client: those of socket.io name their request, those of ws do not. */
export function handshakeOf(object: unknown): Handshake | undefined {
  if (typeof object !== 'object' || object === null) return undefined
  const { request } = object as { request?: object }
  return handshakes.get(object) ?? (request && handshakes.get(request))
}
