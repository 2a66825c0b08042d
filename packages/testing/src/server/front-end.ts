import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Endpoint, endpoints } from './documents.js'
import { type Answer, type EndpointFault, faulty, healthy, ofAnotherIssuer, withoutKeys } from './faults.js'
import type { HttpAnswer } from './http-answer.js'
import type { ReceivedRequest } from './test-authorization-server.js'

/** What a healthy server answers at this endpoint. */
type RightAnswer = (endpoint: Endpoint, request: IncomingMessage) => HttpAnswer | Promise<HttpAnswer>

/** Takes every request: writes it down, finds its endpoint, and answers rightly or with a fault. */
export class FrontEnd {
  readonly requests: ReceivedRequest[] = []
  readonly #paths: ReadonlyMap<string, Endpoint>
  readonly #rightAnswer: RightAnswer
  readonly #faults = new Map<Endpoint, Answer>()

  constructor(paths: ReadonlyMap<string, Endpoint>, rightAnswer: RightAnswer) {
    this.#paths = paths
    this.#rightAnswer = rightAnswer
  }

  fail(fault: EndpointFault | 'empty' | 'wrong-issuer', endpoint?: Endpoint): void {
    if (fault === 'empty') this.#faults.set('jwks', withoutKeys)
    else if (fault === 'wrong-issuer') this.#faults.set('metadata', ofAnotherIssuer)
    else for (const at of endpoint ? [endpoint] : endpoints) this.#faults.set(at, faulty(fault, at))
  }

  recover(): void {
    this.#faults.clear()
  }

  count(endpoint: Endpoint): number {
    return this.requests.filter(({ path }) => this.#endpointOf(path) === endpoint).length
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    this.requests.push({ method, path: url, headers: Object.keys(headers) })
    const endpoint = this.#endpointOf(url)
    if (!endpoint) {
      response.writeHead(404).end()
      return
    }
    const right = await this.#rightAnswer(endpoint, request)
    const answer = this.#faults.get(endpoint) ?? healthy
    answer(response, right)
  }

  #endpointOf(path: string): Endpoint | undefined {
    return this.#paths.get(path.replace(/\?.*/, ''))
  }
}
