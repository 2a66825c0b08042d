/** A clock that moves only when told to. */
export interface Clock {
  /** In milliseconds since the epoch. */
  readonly now: () => number
  readonly advance: (seconds: number) => void
}

export function clockAt(seconds: number): Clock {
  let milliseconds = seconds * 1000
  return {
    now: () => milliseconds,
    advance: (by) => {
      milliseconds += by * 1000
    },
  }
}
