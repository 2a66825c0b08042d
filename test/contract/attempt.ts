import { expect } from 'vitest'
import { type Answer, type Exchange, exchange } from './exchange.js'
import { marker } from './hostile-text.js'
import type { Kit } from './kit.js'
import { bearer } from './requests.js'
import type { RunningServer } from './servers/running-server.js'

/** How a connection ends when the server has answered, or has not, before it read everything. */
const cut: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE'])

/** Sends what may not even be HTTP. Undefined when the server closed the connection without an answer. */
async function attempt({ port }: RunningServer, request: Exchange): Promise<Answer | undefined> {
  try {
    const answer = await exchange(port, request)
    return Number.isNaN(answer.status) ? undefined : answer
  } catch (error) {
    if (cut.has((error as NodeJS.ErrnoException).code)) return undefined
    throw error
  }
}

/**
 * Each request gets a 4xx from whoever sees it first, or no answer at all; none reaches a handler, the marker that stands in
 * it is in no header of the answer, and the server lives.
 */
export async function expectTurnedAway(
  kit: Kit,
  server: RunningServer,
  ...requests: readonly Exchange[]
): Promise<void> {
  const handledBefore = server.handled()
  for (const request of requests) {
    const { status = 400, headers = [] } = (await attempt(server, request)) ?? {}
    expect(Math.floor(status / 100), `status ${status}`).toBe(4)
    expect(JSON.stringify([...headers])).not.toContain(marker)
  }
  expect(server.handled() - handledBefore, 'requests that reached a handler').toBe(0)
  const next = await exchange(server.port, bearer(await kit.main.mint()))
  expect(next.status, 'the next good request').toBe(200)
}
