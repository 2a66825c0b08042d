/** How many clients call. The short form has no time to make the tokens of all. @param {{ quick: boolean }} options */
export const population = ({ quick }) => (quick ? 1000 : 10_000)

/**
 * Draws by Zipf's law: the n-th of all comes up with a weight of 1/n, as clients of an API do. The same numbers in every
 * run, and evenly random only in looks; the sums of the weights are made once.
 *
 * @template T
 * @param {readonly T[]} all
 * @returns {(count: number, round: number) => T[]} what all contenders meet in that round, or as much of it as they have time for
 */
export function zipf(all) {
  const sums = new Float64Array(all.length)
  let sum = 0
  for (let index = 0; index < all.length; index++) sums[index] = sum += 1 / (index + 1)
  return (count, round) => {
    let state = 2 * (round + 10)
    const next = () => {
      // Marsaglia's xorshift with 32 bits.
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return /** @type {T} */ (all[firstOver(sums, ((state >>> 0) / 2 ** 32) * sum)])
    }
    // The first numbers after a small one are small.
    for (let warm = 0; warm < 20; warm++) next()
    return Array.from({ length: count }, next)
  }
}

/** @param {Float64Array} sums @param {number} value */
function firstOver(sums, value) {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sums[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}
