import { expect, test } from 'vitest'
import { type Category, type Comparison, categoriesOf, differ, matches } from './category.js'

/** The tests that every difference about a single change is listed, and that nothing is listed in vain. */
export function testExplanations(
  categories: readonly Category[],
  comparisons: () => readonly Comparison[],
): void {
  test('differ about a single change for exactly one listed reason', () => {
    const unexplained = comparisons()
      .filter(differ)
      .map((comparison) => ({ ...comparison, reasons: categoriesOf(comparison, categories) }))
      .filter(({ reasons }) => reasons.length !== 1)
    expect(unexplained).toEqual([])
  })

  test.each(categories.map((category) => [category.name, category] as const))(
    'differ as it is listed: the other one %s',
    (_name, category) => {
      const differing = comparisons().filter((one) => differ(one) && categoriesOf(one, [category]).length > 0)
      const names = differing.flatMap(({ changes }) => changes)
      const unseen = category.shownBy.filter((pattern) => !names.some((name) => matches(pattern, name)))
      expect(unseen).toEqual([])
    },
  )

  test('differ nowhere in a point in which the specifications support the other one', () => {
    expect(categories.filter(({ supported }) => supported === 'theirs')).toEqual([])
  })
}
