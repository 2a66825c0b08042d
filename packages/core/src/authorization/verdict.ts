import type { Principal } from '../principal.js'
import type { RejectionCode } from '../rejection-codes.js'

/** A rule of the application's own. */
export type Predicate = (principal: Principal) => boolean | Promise<boolean>

/** What a client has to come with: named in challenges. */
export interface Needs {
  readonly scopes: readonly string[]
  /** Any one of them, the preferred first; undefined: whatever it is; none: no value does. */
  readonly acrValues: readonly string[] | undefined
  /** In seconds; undefined: however long ago. */
  readonly maxAge: number | undefined
}

/** Why a requirement is not met. */
export interface Lack {
  readonly code: RejectionCode
  /** For operators. */
  readonly reason: string
  /** The name of a rule of the application's own, which clients may know. */
  readonly check?: string | undefined
}

/** Whether a requirement is met. `open`: that depends on rules of the application's own that have not answered. */
export interface Verdict {
  readonly state: 'met' | 'unmet' | 'open'
  /** What was met contains a scope, which says that the token was meant for this resource. */
  readonly scoped: boolean
  /** What the way to meet it needs, of which a part may be there already. */
  readonly needs: Needs
  /** What is missing on that way. */
  readonly lacks: readonly Lack[]
  /** The rules of the application's own on that way that were not asked, in order. */
  readonly asks: readonly Predicate[]
}

const nothing: Needs = { scopes: [], acrValues: undefined, maxAge: undefined }

export function met(needs: Partial<Needs> = {}, scoped: boolean = false): Verdict {
  return { state: 'met', scoped, needs: { ...nothing, ...needs }, lacks: [], asks: [] }
}

export function unmet(lack: Lack, needs: Partial<Needs> = {}): Verdict {
  return { state: 'unmet', scoped: false, needs: { ...nothing, ...needs }, lacks: [lack], asks: [] }
}

/** Nobody can tell yet, before these were asked. */
export function open(...asks: Predicate[]): Verdict {
  return { state: 'open', scoped: false, needs: nothing, lacks: [], asks }
}

/** Every one has to be met. */
export function allMet(verdicts: readonly Verdict[]): Verdict {
  const states = new Set(verdicts.map(({ state }) => state))
  return {
    state: states.has('unmet') ? 'unmet' : states.has('open') ? 'open' : 'met',
    scoped: verdicts.some(({ state, scoped }) => state === 'met' && scoped),
    needs: verdicts.map(({ needs }) => needs).reduce(together, nothing),
    lacks: verdicts.flatMap(({ lacks }) => lacks),
    asks: verdicts.flatMap(({ asks }) => asks),
  }
}

/** One has to be met. */
export function anyMet(verdicts: readonly Verdict[]): Verdict {
  const fulfilled = verdicts.filter(({ state }) => state === 'met')
  const [best] = fulfilled
  if (best) return { ...best, scoped: fulfilled.some(({ scoped }) => scoped) }
  const undecided = verdicts.filter(({ state }) => state === 'open')
  return undecided.length > 0 ? open(...undecided.flatMap(({ asks }) => asks)) : easiest(verdicts)
}

/** The first that a client can meet with another token, for it cannot become another client; else the first that can be met at all. */
function easiest(verdicts: readonly Verdict[]): Verdict {
  return verdicts.find(isObtainable) ?? verdicts.find(isPossible) ?? (verdicts[0] as Verdict)
}

/** The client can get a token that meets it: nothing is missing but scopes, details, or a better authentication in one way. */
export function isObtainable(verdict: Verdict): boolean {
  return isPossible(verdict) && verdict.lacks.every(({ code }) => code !== 'requirement_unmet')
}

/** Some token could meet it. A token has one `acr`: none has two that are needed at once. */
export function isPossible({ needs }: Verdict): boolean {
  return needs.acrValues?.length !== 0
}

/**
 * The rule to ask next: where something depends on it, or nothing but a better authentication is missing besides. Nobody has to
 * authenticate again to hear no: RFC 9470 §9.
 */
export function ruleToAsk({ lacks, asks }: Verdict): Predicate | undefined {
  return lacks.every(({ code }) => code === 'authentication_insufficient') ? asks[0] : undefined
}

function together(some: Needs, others: Needs): Needs {
  const ages = [some.maxAge, others.maxAge].filter((age) => age !== undefined)
  return {
    scopes: [...new Set([...some.scopes, ...others.scopes])],
    acrValues: inBoth(some.acrValues, others.acrValues),
    maxAge: ages.length > 0 ? Math.min(...ages) : undefined,
  }
}

function inBoth(some: Needs['acrValues'], others: Needs['acrValues']): Needs['acrValues'] {
  return some && others ? some.filter((value) => others.includes(value)) : (some ?? others)
}
