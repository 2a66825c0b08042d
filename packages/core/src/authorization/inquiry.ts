import { inTime } from '../application-code.js'
import type { Principal } from '../principal.js'
import { quote } from '../rejection.js'
import type { AcrRequirement } from './kinds/acr.js'
import type { CheckRequirement } from './kinds/check.js'
import { isCombined, kindOf, type Requirement } from './requirement.js'
import {
  allMet,
  anyMet,
  isObtainable,
  isPossible,
  met,
  open,
  type Predicate,
  ruleToAsk,
  unmet,
  type Verdict,
} from './verdict.js'

/** What a rule of the application's own said, or that it failed, and of what. */
type Answer = boolean | { readonly failedOf: unknown }

/** Judges one principal. What the application's own rules say is asked for only where it matters, and once. */
export class Inquiry {
  readonly #principal: Principal
  readonly #now: number
  readonly #tolerance: number
  /** Undefined before one was asked. */
  #answers: Map<Predicate, Answer> | undefined

  /**
   * @param now - in seconds since the epoch
   * @param tolerance - in seconds, for clocks that differ
   */
  constructor(principal: Principal, now: number, tolerance: number = 0) {
    this.#principal = principal
    this.#now = now
    this.#tolerance = tolerance
  }

  /** What can be said before another rule is asked. */
  judge(requirement: Requirement): Verdict {
    const verdict = this.#judgeAll(requirement)
    return verdict.state !== 'unmet' || isObtainable(verdict) ? verdict : this.#wayOut(requirement, verdict)
  }

  /** @param nextAcr - the only one that the next token can have; undefined: whatever it will be */
  #judgeAll(requirement: Requirement, nextAcr?: string): Verdict {
    if (isCombined(requirement)) {
      const verdicts = requirement.of.map((one) => this.#judgeAll(one, nextAcr))
      return requirement.kind === 'allOf' ? allMet(verdicts) : anyMet(verdicts)
    }
    if (requirement.kind === 'check') return this.#judgeCheck(requirement)
    if (requirement.kind === 'acr' && nextAcr !== undefined && !requirement.values.includes(nextAcr)) {
      return outOfReach(requirement, nextAcr)
    }
    return kindOf(requirement).judge(requirement, this.#principal, this.#now, this.#tolerance)
  }

  #judgeCheck({ name, predicate }: CheckRequirement): Verdict {
    const answer = this.#answers?.get(predicate)
    if (answer === undefined) return open(predicate)
    if (typeof answer === 'object') return open()
    if (answer) return met()
    return unmet({ code: 'requirement_unmet', reason: `check "${name}" says no`, check: name })
  }

  /**
   * What a client can do that is refused. A token has one `acr`: where the alternatives that came first lead nowhere, or need different
   * ones together, each value is tried. A client that got a token with what the challenge names must not be told to get another.
   *
   * For `allOf(anyOf(acr('a'), acr('b')), acr('b'))` the first alternatives need `a` and `b` at once, which no token has. With
   * `acr: 'a'` the last is out of reach; with `acr: 'b'` nothing else is missing, so that the challenge names `b`.
   */
  #wayOut(requirement: Requirement, first: Verdict): Verdict {
    const ways = [first, ...acrValuesOf(requirement).map((acr) => this.#judgeAll(requirement, acr))]
    return ways.find(isObtainable) ?? ways.find(isPossible) ?? unobtainable(first)
  }

  /** Asks one rule after the other until it is decided, or there is none left to ask. */
  async settle(requirement: Requirement): Promise<Verdict> {
    for (;;) {
      const verdict = this.judge(requirement)
      const rule = ruleToAsk(verdict)
      if (!rule) return verdict
      this.#answers ??= new Map()
      this.#answers.set(rule, await this.#ask(rule))
    }
  }

  /** Only `true` is a yes. */
  async #ask(rule: Predicate): Promise<Answer> {
    try {
      const answer: unknown = await inTime(() => rule(this.#principal))
      return answer === true
    } catch (cause) {
      return { failedOf: cause }
    }
  }

  /** The rules that failed, and of what. */
  failures(requirement: Requirement): readonly FailedCheck[] {
    if (isCombined(requirement)) return requirement.of.flatMap((one) => this.failures(one))
    if (requirement.kind !== 'check') return []
    const answer = this.#answers?.get(requirement.predicate)
    return typeof answer === 'object' ? [{ name: requirement.name, cause: answer.failedOf }] : []
  }
}

/** A rule of the application's own that failed. */
interface FailedCheck {
  readonly name: string
  readonly cause: unknown
}

function acrValuesOf(requirement: Requirement): readonly string[] {
  const values = isCombined(requirement)
    ? requirement.of.flatMap(acrValuesOf)
    : requirement.kind === 'acr'
      ? requirement.values
      : []
  return [...new Set(values)]
}

function outOfReach({ values }: AcrRequirement, acr: string): Verdict {
  const reason = `acr cannot be ${quote(acr)} and ${values.map(quote).join(' or ')}`
  return unmet({ code: 'authentication_insufficient', reason }, { acrValues: [] })
}

/** No token at all can meet it, so nobody is sent to authenticate again. */
function unobtainable({ needs, lacks, ...verdict }: Verdict): Verdict {
  return {
    ...verdict,
    needs: { ...needs, acrValues: undefined },
    lacks: lacks.map((lack) =>
      lack.code === 'authentication_insufficient' ? { ...lack, code: 'requirement_unmet' } : lack,
    ),
  }
}
