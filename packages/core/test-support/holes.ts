/** A list of one member that is not there: `map` and `every` pass over it. */
export const hole: readonly unknown[] = Object.assign([], { length: 1 })

/** The same before a good member. */
export const holeAndText: readonly unknown[] = Object.assign([], { 1: 'a' })
