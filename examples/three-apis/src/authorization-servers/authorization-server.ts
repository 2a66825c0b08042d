import type { OpenPort } from '../open-port.js'

/** One that runs on this machine, with keys of its own. */
export interface AuthorizationServer extends OpenPort {
  /** As its tokens write it. */
  readonly issuer: string
}
