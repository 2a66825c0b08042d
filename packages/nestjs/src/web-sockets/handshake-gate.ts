import type { IncomingMessage } from 'node:http'
import { Logger } from '@nestjs/common'
import { fromNode, type ProtectedResource, type RoutePolicy } from '@portcullis/core'
import { answerHandshake, type HandshakeRequest } from './answer-handshake.js'
import { Handshake, rememberHandshake } from './handshakes.js'

/** The hooks of ws and of socket.io; the latter for upgrades and for long polling. */
export interface Hooks {
  readonly verifyClient?: VerifyClient
  readonly allowRequest?: AllowRequest
}

type VerifyClient = (info: ClientInfo, done: (verified: boolean, ...answer: unknown[]) => void) => unknown
type AllowRequest = (request: HandshakeRequest, done: (error: unknown, allowed: boolean) => void) => unknown

interface ClientInfo {
  readonly req: HandshakeRequest
}

const internalError = { status: 500, headers: {}, body: '' }

const asked = new WeakSet<IncomingMessage>()

/** Whether a gate answers this request, sooner or later. */
export function wasAsked(request: IncomingMessage): boolean {
  return asked.has(request)
}

/** Lets handshakes in as the policy wants it, and answers those that it refuses. */
export class HandshakeGate {
  readonly #api: ProtectedResource
  readonly #policy: RoutePolicy
  readonly #logger = new Logger('protectWebSockets')

  constructor(api: ProtectedResource, policy: RoutePolicy) {
    this.#api = api
    this.#policy = policy
  }

  /** @param own - the hooks that the application has itself, asked afterwards */
  hooks(own: Hooks): Required<Hooks> {
    return {
      verifyClient: (info, done) => void this.#admit(info.req, () => verify(own.verifyClient, info, done)),
      allowRequest: (request, done) =>
        void this.#admit(request, () =>
          own.allowRequest ? own.allowRequest(request, done) : done(null, true),
        ),
    }
  }

  /** A refused request is answered here: neither server could send our header fields and our body, so neither is told. */
  async #admit(request: HandshakeRequest, goOn: () => unknown): Promise<void> {
    asked.add(request)
    // While it waits, the socket of an upgrade is nobody's: without a listener, a client that hangs up would end the process.
    // Refused, it keeps the listener, and ends. Any other socket is the HTTP server's, and may carry many more requests.
    if (!request.res) request.socket.on('error', ignore)
    try {
      const admitted = await this.#api.admit(fromNode(request), this.#policy)
      rememberHandshake(request, new Handshake(this.#api, request, admitted?.headers))
      goOn()
      request.socket.off('error', ignore)
    } catch (error) {
      const challenge = this.#api.challenge(error)
      if (!challenge) this.#logger.error(error)
      answerHandshake(request, challenge ?? internalError)
    }
  }
}

/** ws takes a function with a callback, and one without. */
function verify(own: VerifyClient | undefined, info: ClientInfo, done: Parameters<VerifyClient>[1]): void {
  if (!own) done(true)
  else if (own.length > 1) own(info, done)
  else done(own(info, done) === true)
}

function ignore(): void {}
