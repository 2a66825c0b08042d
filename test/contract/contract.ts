import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aNonce, type Same, same } from './answers.js'
import { expectSoundChallenges, expectSoundNonce } from './challenges.js'
import { type Answer, type Exchange, exchange, type Open } from './exchange.js'
import { type Kit, type Setting, start, startKit } from './kit.js'
import { expectNoSecrets } from './secrets.js'
import { servers } from './servers/index.js'
import type { RunningServer } from './servers/running-server.js'

/** One exchange, and the answer that every server has to give. */
export interface Row {
  /** A sentence that ends in the ids of the rules it shows. */
  readonly name: string
  readonly request: (kit: Kit) => Exchange | Promise<Exchange>
  /** How the request travels. Default: over plain TCP. */
  readonly open?: Open
  readonly answer: Expected | ((kit: Kit) => Expected)
  /** What else has to be so afterwards. */
  readonly also?: (kit: Kit, given: Answer, server: RunningServer) => void | Promise<void>
}

/** A refusal, complete to the byte; or members that the principal has to have; or the status of an answer that is not ours. */
export type Expected = Same | Passed | Other

export interface Passed {
  readonly passes: Readonly<Record<string, unknown>> | null
  /** The answer brings the nonce for the next proof, and is not to be stored. */
  readonly withNonce?: true
}

/** The request reaches its handler, and the principal has these members; `null` when there is to be none. */
export function passes(principal: Passed['passes'] = {}): Passed {
  return { passes: principal }
}

export function passesWithNonce(): Passed {
  return { passes: {}, withNonce: true }
}

export interface Other {
  readonly status: number
  /** How many requests reach a handler. */
  readonly handled: number
}

/** The framework or the application answers, and without a challenge: only the status is the same in all servers. */
export function other(status: number, handled: 0 | 1 = 0): Other {
  return { status, handled }
}

/** Runs every row against every server of the set. */
export function contract(title: string, rows: readonly Row[], setting: Setting = {}): void {
  const { set = servers } = setting
  describe(title, () => {
    let kit: Kit
    beforeAll(async () => {
      kit = await startKit(setting)
    })
    afterAll(() => kit.close())
    beforeEach(() => {
      kit.clock.set(start)
      kit.events.length = 0
    })

    describe.each(set.map(([name]) => name))('%s', (name) => {
      // `it.each` would cut the names short, and the ids off.
      for (const row of rows) it(row.name, () => check(kit, serverOf(kit, name), row))
    })
  })
}

export function serverOf(kit: Kit, name: string): RunningServer {
  const server = kit.running.get(name)
  if (!server) throw new TypeError(`no server is called ${name}`)
  return server
}

/** One exchange with one server. Nobody may have asked the canary, and a refused request has reached no handler. */
export async function check(
  kit: Kit,
  server: RunningServer,
  { request, open, answer, also }: Omit<Row, 'name'>,
): Promise<void> {
  const sent = await request(kit)
  const handledBefore = server.handled()
  const given = await exchange(server.port, sent, open)
  const expected = typeof answer === 'function' ? answer(kit) : answer
  expectAnswer(kit, given, expected)
  const handled = 'passes' in expected ? 1 : 'handled' in expected ? expected.handled : 0
  expect(server.handled() - handledBefore, 'requests that reached a handler').toBe(handled)
  expect(kit.canary.connections(), 'connections to the canary').toBe(0)
  expectSoundChallenges(given)
  expectSoundNonce(given)
  expectNoSecrets(sent, given, [...kit.events, ...kit.keyEvents])
  await also?.(kit, given, server)
}

function expectAnswer(kit: Kit, given: Answer, expected: Expected): void {
  if ('passes' in expected) expectPassed(given, expected)
  else if ('handled' in expected) expectOther(given, expected)
  else {
    expect(same(given)).toEqual(expected)
    expectReported(kit, expected)
  }
}

function expectPassed(given: Answer, { passes, withNonce }: Passed): void {
  const { status, headers } = given
  const [challenge, nonce] = ['www-authenticate', 'dpop-nonce'].map((name) => headers.get(name))
  expect({ status, challenge, nonce }, given.body).toEqual({ status: 200, nonce: withNonce && aNonce })
  if (withNonce) expect(headers.get('cache-control')).toEqual(['no-store'])
  const { principal } = JSON.parse(Buffer.from(given.body, 'latin1').toString()) as { principal: unknown }
  if (passes === null) expect(principal).toBeNull()
  else expect(principal).toMatchObject(passes)
}

function expectOther({ status, headers, body }: Answer, expected: Other): void {
  expect({ status, challenge: headers.get('www-authenticate') }, body).toEqual({ status: expected.status })
  expect(body).not.toContain('"principal"')
}

/** Operators hear of each refusal what the client is told, and more. An outage is told of once, not for each request. */
function expectReported({ events }: Kit, { status, body }: Same): void {
  if (status === 503 || body === '') return
  const { code, error } = JSON.parse(body) as { code: string; error?: string }
  expect(events.at(-1)).toMatchObject({ type: 'rejected', status, code, ...(error && { error }) })
}
