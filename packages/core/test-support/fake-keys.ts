import type { KeyObject } from 'node:crypto'
import { vi } from 'vitest'
import type { KeySet } from '../src/keys/key-set.js'

/** Keys that are simply there; changes say what is different. */
export function fakeKeys(keys: readonly KeyObject[] = [], changes: Partial<KeySet> = {}): KeySet {
  return {
    find: async () => keys,
    renew: async () => undefined,
    generation: 1,
    ready: async () => undefined,
    health: () => ({
      state: 'fresh',
      ageSeconds: 0,
      servesForSeconds: 3600,
      lastError: undefined,
      nextRefreshInSeconds: undefined,
    }),
    close: vi.fn(),
    ...changes,
  }
}
