import { fromNode, type NodeRequest } from '@portcullis/core'
import { describePrincipal, type TestApi } from '../api.js'

/** The part of a response of HTTP/1.1 and of HTTP/2 that is written. */
interface NodeResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown
  end(body: string): unknown
}

/** Core alone, for servers of Node to which no adapter belongs. */
export function coreListener(api: TestApi): (request: NodeRequest, response: NodeResponse) => void {
  return (request, response) => void answer(api, request, response)
}

async function answer(api: TestApi, request: NodeRequest, response: NodeResponse): Promise<void> {
  try {
    const { principal } = await api.authenticate(fromNode(request))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ principal: describePrincipal(principal) }))
  } catch (error) {
    const challenge = api.challenge(error)
    response.writeHead(challenge?.status ?? 500, challenge?.headers ?? {})
    response.end(challenge?.body ?? String(error))
  }
}
