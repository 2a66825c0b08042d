// @ts-check
// Whether memory is flat: a straight line through the second half of the samples, by least squares. It may rise by 5 % of the mean or
// 2 MB over that half where the heap is measured after a collection, and by 10 % or 20 MB where the system counts whole pages.

export const limits = {
  heapUsed: { share: 0.05, bytes: 2e6 },
  rss: { share: 0.1, bytes: 20e6 },
}

/** Before this, caches and the store of proofs, which keep what they know for about 70 seconds, are still filling. */
const settledAfterSeconds = 120

/**
 * @param {readonly { seconds: number, value: number }[]} samples
 * @param {{ share: number, bytes: number }} limit
 * @returns {{ growth: number, allowed: number, verdict: 'flat' | 'growing' | 'too short to tell' }} in bytes over the second half
 */
export function flatness(samples, { share, bytes }) {
  const half = samples.slice(Math.floor(samples.length / 2))
  const seconds = mean(half.map((sample) => sample.seconds))
  const value = mean(half.map((sample) => sample.value))
  let covariance = 0
  let variance = 0
  for (const sample of half) {
    covariance += (sample.seconds - seconds) * (sample.value - value)
    variance += (sample.seconds - seconds) ** 2
  }
  const length = (half.at(-1)?.seconds ?? 0) - (half[0]?.seconds ?? 0)
  const growth = variance === 0 ? 0 : (covariance / variance) * length
  const allowed = Math.max(share * value, bytes)
  if ((half[0]?.seconds ?? 0) < settledAfterSeconds) return { growth, allowed, verdict: 'too short to tell' }
  return { growth, allowed, verdict: growth <= allowed ? 'flat' : 'growing' }
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
