import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  type Answer,
  type ApiProcess,
  type Caller,
  connectCaller,
  frameworks,
  type Issuers,
  type ProcessSettings,
  secrets,
  send,
  startIssuers,
  startProcess,
  tally,
} from './many-processes.js'
import { hasRedis, type RedisServer, startRedis } from './redis-server.js'

const startLimit = 60_000
const recoveryLimit = { timeout: 15_000, interval: 50 }

let issuers: Issuers
beforeAll(async () => {
  issuers = await startIssuers()
})
afterAll(() => issuers.close())

/** Each setting as a process, under the same name. */
async function startAll<Name extends string>(
  settings: Readonly<Record<Name, ProcessSettings>>,
): Promise<Record<Name, ApiProcess>> {
  const entries = Object.entries<ProcessSettings>(settings)
  const started = entries.map(async ([name, setting]) => [name, await startProcess(name, issuers, setting)])
  return Object.fromEntries(await Promise.all(started)) as Record<Name, ApiProcess>
}

/** Sends so many copies of one request at once, to one process after the other. */
function sendCopies(count: number, processes: readonly ApiProcess[], headers: Record<string, string>) {
  const copies = Array.from({ length: count }, (_, nr) => processes[nr % processes.length] as ApiProcess)
  return Promise.all(copies.map((process) => send(process, headers)))
}

describe.skipIf(!hasRedis)('processes that share a Redis', { timeout: 20_000 }, () => {
  let redis: RedisServer
  let all: readonly ApiProcess[]
  /** Of each framework two, as they stand while the secret of the nonces is changed: each gives nonces of its own. */
  let pairs: readonly (readonly [a: ApiProcess, b: ApiProcess])[]
  let caller: Caller

  beforeAll(async () => {
    redis = await startRedis()
    const started = await Promise.all(
      frameworks.map((framework) =>
        startAll({
          [`${framework} A`]: {
            framework,
            secrets: secrets['old, new'],
            redis: { server: redis, library: 'node-redis' },
          },
          [`${framework} B`]: {
            framework,
            secrets: secrets['new, old'],
            redis: { server: redis, library: 'ioredis' },
          },
        }),
      ),
    )
    pairs = started.map((pair) => Object.values(pair) as [ApiProcess, ApiProcess])
    all = pairs.flat()
    caller = await connectCaller(issuers.strict)
  }, startLimit)

  /** One request with a new proof at each, all at once. */
  const callAll = async (nonce: string) =>
    Promise.all(all.map((process) => send(process, caller.request(nonce))))

  test('are as many as it seems, and none of them remembers proofs by itself', async () => {
    const answers = await callAll(await caller.nonceOf(all[0]!))
    expect(tally(answers)).toEqual({ 200: 8 })
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(8)
    for (const { program } of all) {
      expect(program.written.out).toContain('"type":"started"')
      expect(program.written.out).not.toContain('replay_store_local')
    }
  })

  const twoFrameworks = frameworks.flatMap((one, nr) =>
    frameworks.slice(nr).map((other, more) => [one, other, nr, nr + more] as const),
  )

  test.each(twoFrameworks)(
    'let one of 50 copies of a proof in: %s and %s (DPOP-42)',
    async (_a, _b, a, b) => {
      const [first, second] = [pairs[a]![0], pairs[b]![1]]
      const request = caller.request(await caller.nonceOf(first))
      const answers = await sendCopies(50, [second, first], request)
      expect(tally(answers)).toEqual({ 200: 1, '401 proof_replayed': 49 })
    },
  )

  test('let one of 56 copies of a proof in, over all eight (DPOP-42)', async () => {
    const request = caller.request(await caller.nonceOf(all[7]!))
    expect(tally(await sendCopies(56, all, request))).toEqual({ 200: 1, '401 proof_replayed': 55 })
  })

  test('accept each nonce of each other, while the secret is being changed (DPOP-38)', async () => {
    const nonces = await Promise.all(all.map((process) => caller.nonceOf(process)))
    for (const nr of frameworks.keys()) expect(nonces[2 * nr]).not.toBe(nonces[2 * nr + 1])
    const answers = await Promise.all(nonces.map((nonce) => callAll(nonce)))
    expect(answers.map((ofNonce) => tally(ofNonce))).toEqual(nonces.map(() => ({ 200: 8 })))
  })

  function expectUnavailable(answers: readonly Answer[]) {
    expect(tally(answers)).toEqual({ '503 replay_store_unavailable': answers.length })
    for (const { headers } of answers) {
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      expect(headers.has('www-authenticate')).toBe(false)
      expect(headers.has('dpop-nonce')).toBe(false)
    }
  }

  /** What does not depend on the store: tokens that no key is bound to, and requests that are refused anyway. */
  async function expectDecisionsWithoutStore() {
    const unbound = await issuers.lenient.mint()
    const expired = await issuers.lenient.mint({ expiresInSeconds: -600 })
    const required = await issuers.strict.mint()
    for (const process of all) {
      const outcomes = await Promise.all([
        send(process, { authorization: `Bearer ${unbound}` }),
        send(process, { authorization: `Bearer ${expired}` }),
        send(process, { authorization: `Bearer ${required}` }),
        send(process, { authorization: `Bearer ${caller.token}` }),
        send(process, caller.request('a-nonce-of-nobody')),
        send(process, {}),
      ])
      expect(outcomes.map(({ outcome }) => outcome)).toEqual([
        '200',
        '401 token_expired',
        '401 confirmation_required',
        '401 confirmation_downgraded',
        '401 proof_nonce_unknown',
        '401 credential_missing',
      ])
    }
  }

  /** Every process lets a new proof in, and each pair one of 50 copies. */
  async function expectRecovery(pids: readonly (number | undefined)[], nonce: string) {
    const answers = await Promise.all(
      all.map((process) =>
        vi.waitFor(async () => {
          const answer = await send(process, caller.request(nonce))
          expect(answer.outcome).toBe('200')
          return answer
        }, recoveryLimit),
      ),
    )
    expect(answers.map(({ pid }) => pid)).toEqual(pids)
    for (const pair of pairs) {
      expect(tally(await sendCopies(50, pair, caller.request(nonce)))).toEqual({
        200: 1,
        '401 proof_replayed': 49,
      })
    }
  }

  test('answer 503 while Redis is gone, and go on without a restart when it is back', async () => {
    const nonce = await caller.nonceOf(all[0]!)
    const pids = (await callAll(nonce)).map(({ pid }) => pid)

    const calls = Array.from({ length: 10 }, () => all)
      .flat()
      .map((process) => send(process, caller.request(nonce)))
    expect((await Promise.race(calls)).outcome).toBe('200')
    await redis.stop()
    for (const { outcome } of await Promise.all(calls)) {
      expect(['200', '503 replay_store_unavailable']).toContain(outcome)
    }
    expectUnavailable(await callAll(nonce))
    await expectDecisionsWithoutStore()
    await Promise.all(
      all.map(({ program }) => program.prints(/"type":"unavailable".*"replay_store_unavailable"/)),
    )

    await redis.restart()
    await expectRecovery(pids, nonce)
  })

  test('answer 503 in time while Redis hangs, and never let in later what they refused', async () => {
    const nonce = await caller.nonceOf(all[0]!)
    const pids = (await callAll(nonce)).map(({ pid }) => pid)
    const requests = all.map((process) => ({ process, headers: caller.request(nonce) }))
    const sendThem = async () => Promise.all(requests.map(({ process, headers }) => send(process, headers)))

    const heard = all.map(({ program }) => program.written.out.length)
    redis.pause()
    onTestFinished(() => redis.resume())
    const begin = performance.now()
    const [refused] = await Promise.all([sendThem(), expectDecisionsWithoutStore()])
    expectUnavailable(refused)
    // The limit is one second; without it, connections would be given up after five.
    expect(performance.now() - begin).toBeLessThan(4000)
    await vi.waitFor(() => {
      for (const [nr, { program }] of all.entries()) {
        const events = program.written.out.slice(heard[nr])
        expect(events).toMatch(/"type":"unavailable".*Redis did not answer within 1 s/)
      }
    })

    redis.resume()
    await expectRecovery(pids, nonce)
    expect(tally(await sendThem())).toEqual({ '401 proof_replayed': 8 })
  })
})

describe('processes that share nothing', { timeout: 20_000 }, () => {
  const stages = ['old', 'old, new', 'new, old', 'new'] as const
  let processes: Record<(typeof stages)[number], ApiProcess>
  let caller: Caller

  beforeAll(async () => {
    const setting = (stage: (typeof stages)[number]) =>
      ({ framework: 'Express', secrets: secrets[stage] }) as const
    processes = await startAll({
      old: setting('old'),
      'old, new': setting('old, new'),
      'new, old': setting('new, old'),
      new: setting('new'),
    })
    caller = await connectCaller(issuers.strict)
  }, startLimit)

  const outcomeAt = async (taker: ApiProcess, giver: ApiProcess) => {
    const { outcome } = await send(taker, caller.request(await caller.nonceOf(giver)))
    return outcome
  }

  test('let a proof in once each, and say so when they start', async () => {
    const pair = [processes['old, new'], processes['new, old']]
    const request = caller.request(await caller.nonceOf(processes['old, new']))
    const answers = await sendCopies(50, pair, request)
    expect(tally(answers)).toEqual({ 200: 2, '401 proof_replayed': 48 })
    const letIn = answers.filter(({ outcome }) => outcome === '200')
    expect(new Set(letIn.map(({ pid }) => pid)).size).toBe(2)
    for (const { program } of pair) {
      const warnings = program.written.out.match(
        /^event \{"type":"warning".*"code":"replay_store_local".*$/gm,
      )
      expect(warnings).toHaveLength(1)
    }
  })

  test.each([
    ['old', 'old, new'],
    ['old, new', 'new, old'],
    ['new, old', 'new'],
  ] as const)(
    'accept the nonces of each other while some have the secrets "%s" and some "%s" (DPOP-38)',
    async (before, after) => {
      const [one, other] = [processes[before], processes[after]]
      expect([await outcomeAt(one, other), await outcomeAt(other, one)]).toEqual(['200', '200'])
    },
  )

  const [accepted, unknown] = ['200', '401 proof_nonce_unknown']

  test.each([
    ['new, old', 'old', accepted, unknown],
    ['new', 'old, new', unknown, accepted],
    ['new', 'old', unknown, unknown],
  ] as const)(
    'refuse nonces of each other when a step is left out: "%s" beside "%s" (DPOP-35)',
    async (after, before, atFirst, atSecond) => {
      const [first, second] = [processes[after], processes[before]]
      expect([await outcomeAt(first, second), await outcomeAt(second, first)]).toEqual([atFirst, atSecond])
    },
  )
})
