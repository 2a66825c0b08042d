/** A clock that moves only when told to. */
export interface TestClock {
  /** Milliseconds since the epoch, as `Date.now()` counts them. Needs no `this`: pass it on as `clock.now`. */
  readonly now: () => number
  /** Moves the clock by this many seconds; a negative number moves it back. */
  readonly advance: (seconds: number) => void
  /** Moves the clock to this instant: a date, or milliseconds since the epoch. */
  readonly set: (instant: Date | number) => void
}

/**
 * Makes a clock that stands still.
 *
 * @param start a date, or milliseconds since the epoch; default: the present moment
 * @example
 * const clock = testClock()
 * const server = await startAuthorizationServer({ audience: 'https://api.example', now: clock.now })
 * const token = await server.mint()
 * clock.advance(301) // the token has expired
 */
export function testClock(start: Date | number = Date.now()): TestClock {
  let now = Number(start)
  return {
    now: () => now,
    advance: (seconds) => {
      now += seconds * 1000
    },
    set: (instant) => {
      now = Number(instant)
    },
  }
}
