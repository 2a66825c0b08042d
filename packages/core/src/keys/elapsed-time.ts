/**
 * Milliseconds that never go back, counted by a clock that may: setting the clock back makes nothing younger and nothing
 * wait longer. NaN while the clock shows no number; that is not remembered.
 */
export function elapsedTime(now: () => number): () => number {
  let elapsed = 0
  let last: number | undefined
  return () => {
    const shown = now()
    if (!Number.isFinite(shown)) return NaN
    elapsed += Math.max(0, shown - (last ?? shown))
    last = shown
    return elapsed
  }
}
