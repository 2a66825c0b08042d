import { readRequirement } from '../src/authorization/requirement.js'
import { memoryReplayStore } from '../src/confirmation/memory-replay-store.js'
import type { Binding } from '../src/token/bind-issuer.js'
import { clockAt } from './clock.js'
import { moment, resource } from './tokens.js'

/** What a resource adds to its issuers: DPoP is off unless the changes say otherwise. */
export function bindingWith(changes: Partial<Binding> = {}): Binding {
  return {
    resource,
    now: clockAt(moment).now,
    clockToleranceSeconds: 5,
    dpop: undefined,
    localStore: () => memoryReplayStore(),
    readRequirement,
    ...changes,
  }
}
