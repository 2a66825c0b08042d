import { inspect } from 'node:util'
import type { ProtectedResource, RoutePolicy, RouteRequirement } from '@portcullis/core'

/** @see protectWebSockets */
export interface ProtectWebSocketsOptions {
  /** What opening a WebSocket requires. Default: any valid token. */
  readonly requires?: Exclude<RouteRequirement, 'nothing'>
  /**
   * Which gateways are meant, by their `path`; those of socket.io that have none are at `/socket.io`. Default: all those whose
   * path no other call names.
   */
  readonly path?: string
}

const optionNames = new Set(['requires', 'path'])

/** What a handshake requires. @throws TypeError for everything that `protectWebSockets` should not have been given */
export function handshakePolicy(api: ProtectedResource, options: ProtectWebSocketsOptions): RoutePolicy {
  if (typeof api?.admit !== 'function') throw wrong('api', 'what protectedResource() makes', api)
  if (typeof options !== 'object' || options === null) throw wrong('options', 'an object', options)
  const unknown = Object.keys(options).find((key) => !optionNames.has(key))
  if (unknown !== undefined)
    throw new TypeError(`protectWebSockets.${unknown}: unknown option, expected requires or path`)
  const { path, requires } = options
  if ('path' in options && (typeof path !== 'string' || path === ''))
    throw wrong('path', 'the path of a gateway', path)
  if (!('requires' in options)) return api.routePolicy([])
  if ((requires as unknown) === 'nothing') throw wrong('requires', "a requirement or 'optional'", requires)
  try {
    return api.routePolicy([requires])
  } catch (cause) {
    throw new TypeError(`protectWebSockets.requires: ${(cause as Error).message}`, { cause })
  }
}

function wrong(option: string, expected: string, given: unknown): TypeError {
  return new TypeError(
    `protectWebSockets.${option}: expected ${expected}, got ${inspect(given, { depth: 0 })}`,
  )
}
