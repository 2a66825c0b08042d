import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type MintOptions, signRaw, type TestAuthorizationServer } from '@portcullis/testing'
import { vi } from 'vitest'
import { expectSoundChallenges } from './challenges.js'
import { type Answer, exchange, type Open } from './exchange.js'
import type { Kit } from './kit.js'
import { ecPair } from './published-keys.js'
import { bearer } from './requests.js'

/** A token, or what makes one when its turn has come. */
type Token = string | (() => string | Promise<string>)

/** Sends a request with each token, so many at a time, to all servers by turns. The answers stand in the order of the tokens. */
export async function askAll(kit: Kit, tokens: readonly Token[], atOnce = 20): Promise<Answer[]> {
  const answers: Answer[] = []
  const left = tokens.entries()
  const work = async () => {
    for (const [at, token] of left) answers[at] = await ask(portFor(kit, at), token)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return answers
}

/** Sends all requests at the same time, to all servers by turns: nothing is sent before every connection is open. */
export async function askAtOnce(kit: Kit, tokens: readonly Token[]): Promise<Answer[]> {
  const open: Socket[] = []
  // A server has a queue for connections that it has not accepted yet, and it is not long.
  for (let at = 0; at < tokens.length; at += 100) {
    const some = tokens.slice(at, at + 100).map((_, index) => connect(portFor(kit, at + index), '127.0.0.1'))
    await Promise.all(some.map((socket) => once(socket, 'connect')))
    open.push(...some)
  }
  return Promise.all(tokens.map((token, at) => ask(portFor(kit, at), token, () => open[at] as Socket)))
}

function portFor({ running }: Kit, at: number): number {
  const ports = Array.from(running.values(), ({ port }) => port)
  return ports[at % ports.length] as number
}

async function ask(port: number, token: Token, open?: Open): Promise<Answer> {
  const answer = await exchange(port, bearer(typeof token === 'string' ? token : await token()), open)
  expectSoundChallenges(answer)
  return answer
}

/** Waits until this holds: on a busy machine it may take a while. */
export async function eventually(check: () => void): Promise<void> {
  await vi.waitFor(check, { timeout: 10_000, interval: 2 })
}

/** How often each answer was given: its status, and the code of a refusal. */
export function tally(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const { code } = JSON.parse(body) as { code?: string }
    const name = [status, code].join(' ').trim()
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** So many good tokens, by turns of a few that differ; they live for a day. */
export async function goodTokens(server: TestAuthorizationServer, count: number): Promise<string[]> {
  const some = await Promise.all(Array.from({ length: Math.min(10, count) }, () => lasting(server)))
  return Array.from({ length: count }, (_, at) => some[at % some.length] as string)
}

/** A token that is good for a day, but for the options. */
export function lasting(server: TestAuthorizationServer, options: MintOptions = {}): Promise<string> {
  return server.mint({ expiresInSeconds: 86_400, ...options })
}

/** Publishes one more key. Tokens with these options are signed by it. */
export function addKey(server: TestAuthorizationServer, kid = 'new'): MintOptions {
  const { privateKey, jwk } = ecPair(kid)
  server.publish([...server.jwks.keys, jwk])
  return { key: privateKey, header: { kid } }
}

let junk = 0

/** So many tokens, each with a `kid` of its own that nobody publishes. */
export function junkTokens(server: TestAuthorizationServer, count: number): string[] {
  return Array.from({ length: count }, () =>
    signRaw(server.draft({ expiresInSeconds: 86_400, header: { kid: `junk-${junk++}` } })),
  )
}

/** A fetch whose questions can be held back, so that what happens meanwhile does not depend on time. */
export interface HeldFetch {
  readonly fetch: typeof fetch
  /** From now on questions wait. */
  hold(): void
  /** They wait no more. */
  release(): void
  /** How many are waiting. */
  waiting(): number
}

export function heldFetch(): HeldFetch {
  let held: (() => void)[] | undefined
  return {
    fetch: async (...request) => {
      await new Promise<void>((goOn) => (held ? held.push(goOn) : goOn()))
      return fetch(...request)
    },
    hold: () => {
      held = []
    },
    release: () => {
      for (const goOn of held ?? []) goOn()
      held = undefined
    },
    waiting: () => held?.length ?? 0,
  }
}
