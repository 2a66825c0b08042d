import type { Handshake } from './handshakes.js'

/** The clock is looked at again after an hour: it may have been set, and longer timers overflow after 24 days. */
const longestWaitMs = 3_600_000

/**
 * Closes a connection when its token expires, whether or not anything is sent.
 *
 * @returns what ends the waiting
 */
export function closeWhenExpired(handshake: Handshake): () => void {
  let timer: NodeJS.Timeout | undefined
  const wait = () => {
    const seconds = handshake.secondsLeft()
    if (!(seconds > 0)) return handshake.close()
    timer = setTimeout(wait, Math.min(Math.ceil(seconds * 1000), longestWaitMs)).unref()
  }
  if (handshake.secondsLeft() !== Number.POSITIVE_INFINITY) wait()
  return () => clearTimeout(timer)
}
