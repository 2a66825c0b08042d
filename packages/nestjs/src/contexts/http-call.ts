import { type ExecutionContext, HttpException } from '@nestjs/common'
import type { Challenge, NodeRequest } from '@portcullis/core'
import type { Call } from './call.js'
import { incoming } from './platform-request.js'

interface PlatformResponse {
  header(name: string, value: string): unknown
}

/** Also of Server-Sent Events: their guard runs before the stream starts. */
export function httpCall(context: ExecutionContext): Call {
  return new HttpCall(context)
}

/** A class, because one is made for each request: what is in its prototype costs nothing. */
class HttpCall implements Call {
  readonly request: NodeRequest
  readonly target: string | undefined
  readonly #context: ExecutionContext

  constructor(context: ExecutionContext) {
    const { request, target } = incoming(context.switchToHttp().getRequest())
    this.request = request
    this.target = target
    this.#context = context
  }

  setHeaders(headers: Readonly<Record<string, string>>): void {
    const response: PlatformResponse = this.#context.switchToHttp().getResponse()
    for (const [name, value] of Object.entries(headers)) response.header(name, value)
  }

  refusal({ body, headers, status }: Challenge, cause: unknown): Error {
    this.setHeaders(headers)
    return new HttpException(JSON.parse(body), status, { cause })
  }
}
