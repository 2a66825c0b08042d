import { createHash } from 'node:crypto'
import { type DpopClient, dpopClient } from '../../testing/src/dpop/dpop-client.js'
import type { ProofOptions } from '../../testing/src/dpop/proof-options.js'
import { type DpopPolicy, dpopPolicy } from '../src/confirmation/dpop-options.js'
import { type MemoryReplayStoreOptions, memoryReplayStore } from '../src/confirmation/memory-replay-store.js'
import type { ReplayStore } from '../src/confirmation/replay-store.js'
import type { ResourceRequest } from '../src/request/resource-request.js'
import { moment, resource } from './tokens.js'

export { type DpopClient, dpopClient } from '../../testing/src/dpop/dpop-client.js'
export type { ProofOptions } from '../../testing/src/dpop/proof-options.js'
export { signRaw } from '../../testing/src/sign-raw.js'

/** The target of every proof here. */
export const url = `${resource}/v1/x`

/** A client whose clock stands at the moment of the fixture. */
export function clientAt(seconds: number = moment, algorithm: DpopClient['algorithm'] = 'ES256'): DpopClient {
  return dpopClient({ algorithm, now: () => seconds * 1000 })
}

/** What is enforced by default, and with these changes. */
export function policyWith(changes: Partial<DpopPolicy> = {}): DpopPolicy {
  return { ...(dpopPolicy({}, undefined, memoryReplayStore) as DpopPolicy), ...changes }
}

/** A request with these field lines. */
export function requestOf(
  fields: Readonly<Record<string, string | readonly string[]>>,
  parts: Partial<ResourceRequest> = {},
): ResourceRequest {
  const header = (name: string): readonly string[] => [fields[name] ?? []].flat()
  return { method: 'GET', target: '/v1/x', header, raw: {}, ...parts }
}

/** A request under DPoP for {@link url}: with a fresh proof, and with these changes of it. */
export function boundRequest(
  client: DpopClient,
  token: string,
  changes: Partial<Omit<ProofOptions, 'token'>> = {},
  parts: Partial<ResourceRequest> = {},
): ResourceRequest {
  return requestOf({ ...client.headers({ method: 'GET', url, token, ...changes }) }, parts)
}

/** A small store, and the uses that it was asked about. */
export function recordingStore(
  options: MemoryReplayStoreOptions = {},
): ReplayStore & { readonly asked: Parameters<ReplayStore['firstUse']>[0][] } {
  const store = memoryReplayStore(options)
  const asked: Parameters<ReplayStore['firstUse']>[0][] = []
  return {
    asked,
    firstUse: (use) => {
      asked.push(use)
      return store.firstUse(use)
    },
  }
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
