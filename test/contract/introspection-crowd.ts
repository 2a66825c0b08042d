import { once } from 'node:events'
import { connect } from 'node:net'
import type { IntrospectionIssuerOptions } from '@portcullis/core'
import type { AnswerHook } from '@portcullis/testing'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { serverOf } from './contract.js'
import { type Answer, type Exchange, exchange } from './exchange.js'
import { asking } from './introspection-api.js'
import { type Kit, start, startKit } from './kit.js'
import type { RunningServer } from './servers/running-server.js'

/** A request that has reached the api. */
export interface Sent {
  readonly answer: Promise<Answer>
  /** The client goes away without waiting for the answer. */
  hangUp(): void
}

/** An authorization server that keeps its answers back, and those who wait for them. */
export interface Crowd {
  kit(): Kit
  server(name: string): RunningServer
  /** From now on the authorization server answers, also those that it kept waiting. */
  answerAll(): void
  /** From now on it keeps its answers back again. */
  keepBack(): void
}

/** To be called in a `describe`. When a test begins, answers are kept back, and nothing was asked. */
export function crowd(options: Partial<IntrospectionIssuerOptions> = {}, hook?: AnswerHook): Crowd {
  let kit: Kit
  let answerAll = () => {}
  beforeAll(async () => {
    // Where to ask is known, so that a request asks as soon as it comes.
    const issuers = ({ main }: Pick<Kit, 'main'>) => [
      asking(main, { endpoint: main.introspectionEndpoint, ...options }),
    ]
    kit = await startKit({ issuers })
  })
  afterAll(() => kit.close())
  const keepBack = () => {
    const answering = new Promise<void>((resolve) => {
      answerAll = resolve
    })
    kit.main.answerIntrospection(async (right, question) => {
      await answering
      return hook ? hook(right, question) : right
    })
  }
  beforeEach(() => {
    kit.clock.set(start)
    kit.main.resetRequests()
    keepBack()
  })
  return {
    kit: () => kit,
    server: (name) => serverOf(kit, name),
    answerAll: () => answerAll(),
    keepBack,
  }
}

/** Resolves when the request has reached the api. */
export async function send(server: RunningServer, request: Exchange): Promise<Sent> {
  const [sent] = await sendAll(server, [request])
  return sent as Sent
}

/** Resolves when all of the requests have reached the api. */
export async function sendAll(
  server: RunningServer,
  requests: readonly Exchange[],
): Promise<readonly Sent[]> {
  const writing = requests.map((request) => write(server, request))
  const sent = await Promise.all(writing)
  await readUntilNow(server)
  return sent
}

/** What came on connections that were made before is read before this is. */
export async function readUntilNow({ port }: RunningServer): Promise<void> {
  await exchange(port, { target: '/public' })
}

async function write({ port }: RunningServer, request: Exchange): Promise<Sent> {
  const socket = connect(port, '127.0.0.1')
  const answer = exchange(port, request, () => socket)
  // Whoever hangs up gets none.
  answer.catch(() => undefined)
  await once(socket, 'connect')
  return { answer, hangUp: () => socket.destroy() }
}

/** The statuses of the answers to all of these. */
export async function statusesOf(sent: readonly Sent[]): Promise<readonly number[]> {
  const answers = await Promise.all(sent.map(({ answer }) => answer))
  return answers.map(({ status }) => status)
}
