import type { Verdict } from './verifiers.js'

/** One reason for which another verifier comes to another verdict than we do. */
export interface Category {
  /** What it does, and we do not. */
  readonly name: string
  /** Who refuses what the other lets in. */
  readonly stricter: 'ours' | 'theirs'
  /** Whom the specifications support; `open`: they leave it to the verifier. */
  readonly supported: 'ours' | 'theirs' | 'open'
  /** Where they do so, and how. */
  readonly why: string
  /** The changes to a good request that show it: each of their names, or what many names have in common. */
  readonly shownBy: readonly (string | RegExp)[]
}

/** Everything about one change, or about several at once, that matters for the comparison. */
export interface Comparison {
  readonly changes: readonly string[]
  readonly ours: Verdict
  readonly theirs: Verdict
}

export function differ({ ours, theirs }: Comparison): boolean {
  return ours.accepted !== theirs.accepted
}

/** The categories that explain why one change makes a difference: exactly one, where all is well. */
export function categoriesOf(comparison: Comparison, categories: readonly Category[]): readonly Category[] {
  const stricter = comparison.theirs.accepted ? 'ours' : 'theirs'
  return categories.filter(
    (category) =>
      category.stricter === stricter && comparison.changes.some((name) => isShownBy(category, name)),
  )
}

function isShownBy({ shownBy }: Category, change: string): boolean {
  return shownBy.some((one) => matches(one, change))
}

export function matches(pattern: string | RegExp, change: string): boolean {
  return typeof pattern === 'string' ? pattern === change : pattern.test(change)
}
