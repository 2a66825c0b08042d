import { type ExecutionContext, HttpException } from '@nestjs/common'
import type { Call } from './call.js'
import { incoming } from './platform-request.js'

interface PlatformResponse {
  header(name: string, value: string): unknown
}

/** Also of Server-Sent Events: their guard runs before the stream starts. */
export function httpCall(context: ExecutionContext): Call {
  const setHeaders: Call['setHeaders'] = (headers) => {
    const response: PlatformResponse = context.switchToHttp().getResponse()
    for (const [name, value] of Object.entries(headers)) response.header(name, value)
  }
  return {
    ...incoming(context.switchToHttp().getRequest()),
    setHeaders,
    refusal({ body, headers, status }, cause) {
      setHeaders(headers)
      return new HttpException(JSON.parse(body), status, { cause })
    },
  }
}
