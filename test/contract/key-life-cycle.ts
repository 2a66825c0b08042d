import { expect } from 'vitest'
import { refusal, type Same, unavailable } from './answers.js'
import { check, type Expected, passes } from './contract.js'
import type { Kit } from './kit.js'
import { eventually } from './load.js'
import { bearer } from './requests.js'
import type { RunningServer } from './servers/running-server.js'
import type { Act } from './stories.js'

/** What is said of a token: it is let in, its key is unknown, or that cannot be told; for how long, depends on chance. */
export const good: Expected = passes()
export const unknown: Same = refusal('token_key_unknown')
export const cannotTell: Same = {
  ...unavailable('keys_unavailable'),
  'retry-after': [expect.stringMatching(/^(?:[1-9]|[1-5]\d|60)$/)],
}

/** Shows a token to the server, and looks at the answer. */
export type Show = (token: string, answer: Expected) => Promise<void>

/** An act that shows tokens which were made long before. */
export function showing(act: (kit: Kit, show: Show) => Promise<void>): Act {
  return (kit, server) => act(kit, showTo(kit, server))
}

function showTo(kit: Kit, server: RunningServer): Show {
  return (token, answer) => check(kit, server, { request: () => bearer(token), answer })
}

/** Waits until keys were fetched, or could not be, this often; and that was all that was asked. */
export async function settled({ keyEvents, main }: Kit, refreshes: number): Promise<void> {
  const done = () =>
    keyEvents.filter(({ type }) => type === 'keys_refreshed' || type === 'keys_refresh_failed')
  await eventually(() => expect(done()).toHaveLength(refreshes))
  expect(main.count('jwks')).toBe(refreshes)
}
