import { getRandomValues } from 'node:crypto'
import { checkOptionNames, checkPresent, misconfigured } from '../configuration.js'
import { Unavailable } from '../rejection.js'
import type { ProofUse, ReplayStore } from './replay-store.js'

/** How much is remembered. */
export interface MemoryReplayStoreOptions {
  /**
   * The most proofs that are remembered at a time; one client may have a quarter of them. Default 1,000,000, which takes about
   * 120 MB when it is full. Needed: requests per second × the seconds for which a proof may be accepted.
   */
  readonly maxEntries?: number
}

const where = 'memoryReplayStore'

/**
 * Remembers proofs in the memory of this process: with several processes, each would accept a proof once. It never forgets a
 * proof that could still be accepted; when it is full, it refuses.
 *
 * @throws TypeError
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  checkOptionNames(where, options, ['maxEntries'])
  checkPresent(where, options, ['maxEntries'])
  const { maxEntries = 1_000_000 } = options
  if (Number.isInteger(maxEntries) && maxEntries > 0) return new MemoryReplayStore(maxEntries)
  throw misconfigured(`${where}.maxEntries`, 'a whole number greater than 0', maxEntries)
}

/** Entries are forgotten together, so that nothing has to be looked for: all whose `until` falls into the same slot of time. */
const slotSeconds = 10
/** A large Set stops everything while it grows; many small ones do not. */
const shards = 32
/** Owners are counted in bins, so that a million of them cost nothing. Which of them share a bin nobody outside can know. */
const binCount = 2 ** 18
/** A SHA-256 in base64url. */
const ownerCharacters = 43

interface Slot {
  readonly ids: readonly Set<string>[]
  /** The bin of the owner of each entry. */
  readonly binOfEach: number[]
}

export class MemoryReplayStore implements ReplayStore {
  readonly #maxEntries: number
  readonly #maxOfOwner: number
  /** By the number of the slot. */
  readonly #slots = new Map<number, Slot>()
  /** How many entries the owners of each bin have. */
  readonly #counts = new Uint32Array(binCount)
  readonly #binOf = secretBins()
  #size = 0
  #oldestSlot = 0

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
    this.#maxOfOwner = Math.ceil(maxEntries / 4)
  }

  firstUse({ id, owner, until, now }: ProofUse): boolean {
    // One slot longer than needed: the clock may be set back a little.
    this.#forgetBefore(Math.floor(now / slotSeconds) - 1)
    const shard = (id.codePointAt(0) ?? 0) % shards
    for (const { ids } of this.#slots.values()) if (ids[shard]?.has(id)) return false
    const bin = this.#binOf(owner)
    this.#refuseIfFull(bin)
    const slot = this.#slotOf(Math.floor(Math.max(until, now) / slotSeconds))
    slot.ids[shard]?.add(id)
    slot.binOfEach.push(bin)
    this.#counts[bin]!++
    this.#size++
    return true
  }

  #forgetBefore(oldest: number): void {
    if (oldest === this.#oldestSlot) return
    this.#oldestSlot = oldest
    for (const [number, slot] of this.#slots) {
      if (number >= oldest) continue
      this.#slots.delete(number)
      this.#size -= slot.binOfEach.length
      for (const bin of slot.binOfEach) this.#counts[bin]!--
    }
  }

  #refuseIfFull(bin: number): void {
    if (this.#size >= this.#maxEntries)
      throw full(`${this.#maxEntries} proofs are remembered, and no more fit`)
    if (this.#counts[bin]! >= this.#maxOfOwner) throw full('one client alone used a quarter of what fits')
  }

  #slotOf(number: number): Slot {
    const known = this.#slots.get(number)
    if (known) return known
    const slot = { ids: Array.from({ length: shards }, () => new Set<string>()), binOfEach: [] }
    this.#slots.set(number, slot)
    return slot
  }
}

/**
 * Tabulation hashing with a table of random numbers: whoever does not know the table cannot choose owners that share a bin. A
 * cryptographic hash would cost as much as everything else here.
 */
function secretBins(): (owner: string) => number {
  const table = getRandomValues(new Uint32Array(ownerCharacters * 128))
  return (owner) => {
    let bin = 0
    for (let at = 0; at < owner.length; at++) {
      bin ^= table[(at % ownerCharacters) * 128 + (owner.charCodeAt(at) % 128)]!
    }
    return bin & (binCount - 1)
  }
}

function full(message: string): Unavailable {
  return new Unavailable('replay_store_full', `the replay store is full: ${message}`, {
    retryAfterSeconds: slotSeconds,
  })
}
