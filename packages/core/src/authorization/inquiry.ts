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

/** What a rule of the application's own said; `failed` when it threw. */
type Answer = boolean | 'failed'

/** Judges one principal. What the application's own rules say is asked for only where it matters, and once. */
export class Inquiry {
  readonly #principal: Principal
  readonly #now: number
  readonly #answers = new Map<Predicate, Answer>()

  /** @param now - in seconds since the epoch */
  constructor(principal: Principal, now: number) {
    this.#principal = principal
    this.#now = now
  }

  judge(requirement: Requirement): Verdict {
    const verdict = this.#judge(requirement)
    return verdict.state !== 'unmet' || isObtainable(verdict) ? verdict : this.#byAcr(requirement, verdict)
  }

  /** @param acr - the only one that the next token can have; undefined: whatever it will be */
  #judge(requirement: Requirement, acr?: string): Verdict {
    if (isCombined(requirement)) {
      const verdicts = requirement.of.map((one) => this.#judge(one, acr))
      return requirement.kind === 'allOf' ? allMet(verdicts) : anyMet(verdicts)
    }
    if (requirement.kind === 'check') return this.#judgeCheck(requirement)
    if (requirement.kind === 'acr' && acr !== undefined && !requirement.values.includes(acr)) {
      return outOfReach(requirement, acr)
    }
    return kindOf(requirement).judge(requirement, this.#principal, this.#now)
  }

  #judgeCheck({ name, predicate }: CheckRequirement): Verdict {
    const answer = this.#answers.get(predicate)
    if (answer === undefined) return open(predicate)
    if (answer === 'failed') return open()
    if (answer) return met()
    return unmet({ code: 'requirement_unmet', reason: `check "${name}" says no`, check: name })
  }

  /**
   * A token has one `acr`. Where the alternatives that came first lead nowhere, or need different ones together, each value is tried:
   * a client that got a token with what the challenge names must not be told to get another.
   */
  #byAcr(requirement: Requirement, first: Verdict): Verdict {
    const ways = [first, ...acrValuesOf(requirement).map((acr) => this.#judge(requirement, acr))]
    return ways.find(isObtainable) ?? ways.find(isPossible) ?? unobtainable(first)
  }

  /** Asks one rule after the other until it is decided, or there is none left to ask. */
  async settle(requirement: Requirement): Promise<Verdict> {
    for (;;) {
      const verdict = this.judge(requirement)
      const rule = ruleToAsk(verdict)
      if (!rule) return verdict
      this.#answers.set(rule, await this.#ask(rule))
    }
  }

  /** Only `true` is a yes. */
  async #ask(rule: Predicate): Promise<Answer> {
    try {
      const answer: unknown = await rule(this.#principal)
      return answer === true
    } catch {
      return 'failed'
    }
  }

  /** The names of the rules that threw. */
  failed(requirement: Requirement): readonly string[] {
    if (isCombined(requirement)) return requirement.of.flatMap((one) => this.failed(one))
    const isFailed = requirement.kind === 'check' && this.#answers.get(requirement.predicate) === 'failed'
    return isFailed ? [requirement.name] : []
  }
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
