import { checkOptionNames, checkPresent, misconfigured } from '../configuration.js'

/** How calls to an authorization server are made and limited. */
export interface HttpOptions {
  /** Time for a whole exchange, from the connection to the last byte of the body. Default 5, at most 60. */
  readonly timeoutSeconds?: number
  /** Size of a body, decompressed. Default 524,288 (512 KB). */
  readonly maxBytes?: number
  /** The hook for proxies and private certificate authorities. Default: the global `fetch`. */
  readonly fetch?: typeof fetch
}

/** {@link HttpOptions}, read. */
export interface HttpLimits {
  readonly timeoutSeconds: number
  readonly maxBytes: number
  /** Undefined: the global `fetch` as it is at the time of the call. */
  readonly fetch: typeof fetch | undefined
}

const optionNames = ['timeoutSeconds', 'maxBytes', 'fetch']

/** @throws TypeError */
export function readHttpOptions(option: string, given: HttpOptions = {}): HttpLimits {
  checkOptionNames(option, given, optionNames)
  checkPresent(option, given, optionNames)
  const { maxBytes = 512 * 1024, fetch } = given
  const { timeoutSeconds = 5 } = given
  if (typeof timeoutSeconds !== 'number' || !(timeoutSeconds > 0 && timeoutSeconds <= 60)) {
    throw misconfigured(`${option}.timeoutSeconds`, 'more than 0 and at most 60 seconds', timeoutSeconds)
  }
  if (!Number.isInteger(maxBytes) || maxBytes < 1) {
    throw misconfigured(`${option}.maxBytes`, 'a whole number of bytes, 1 or more', maxBytes)
  }
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw misconfigured(`${option}.fetch`, 'a function like the global fetch', fetch)
  }
  return { timeoutSeconds, maxBytes, fetch }
}
