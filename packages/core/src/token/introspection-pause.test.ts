import { describe, expect, test } from 'vitest'
import { type Ending, IntrospectionPause } from './introspection-pause.js'

const failure: Ending = { retryAfterSeconds: undefined }

/** A pause over a clock that moves only when told to, and questions that end at once. */
function pausing(random: () => number = () => 1) {
  const clock = { now: 100 }
  const pause = new IntrospectionPause(() => clock.now, random)
  const end = (...endings: readonly Ending[]) => {
    for (const ending of endings) pause.begin()(ending)
  }
  const advance = (seconds: number) => {
    clock.now += seconds
  }
  return { clock, pause, end, advance }
}

test('there is none at first, and none after one failure, which may be chance (INTRO-09)', () => {
  const { pause, end } = pausing()
  expect(pause.seconds).toBe(0)
  end(failure)
  expect(pause.seconds).toBe(0)
})

test('there is one after two failures in a row, and none when it is over (INTRO-09)', () => {
  const { pause, end, advance } = pausing()
  end(failure, failure)
  expect(pause.seconds).toBe(1)
  advance(0.75)
  expect(pause.seconds).toBe(0.25)
  advance(0.25)
  expect(pause.seconds).toBe(0)
})

test.each<[string, readonly Ending[], number]>([
  ['an answer between two failures', [failure, 'answered', failure], 0],
  ['two failures after an answer', ['answered', failure, failure], 1],
  ['an answer after two failures', [failure, failure, 'answered'], 0],
  ['two failures and nothing asked between them', [failure, 'not asked', failure], 1],
  ['one failure and nothing asked', [failure, 'not asked', 'not asked'], 0],
  ['nothing asked', ['not asked', 'not asked', 'not asked'], 0],
])('counts failures in a row: %s (INTRO-09)', (_, endings, seconds) => {
  const { pause, end } = pausing()
  end(...endings)
  expect(pause.seconds).toBe(seconds)
})

test('grows with every failure that follows, to 30 s, and begins anew after an answer (INTRO-09)', () => {
  const { pause, end, advance } = pausing()
  end(failure)
  const lengths = Array.from({ length: 8 }, () => {
    end(failure)
    const { seconds } = pause
    advance(seconds)
    return seconds
  })
  expect(lengths).toEqual([1, 2, 4, 8, 16, 30, 30, 30])
  for (let more = 0; more < 2000; more++) end(failure)
  expect(pause.seconds).toBe(30)
  advance(30)
  end('answered', failure)
  expect(pause.seconds).toBe(0)
  end(failure)
  expect(pause.seconds).toBe(1)
})

test.each([
  [0, 0.5],
  [0.5, 0.75],
  [1, 1],
])('is spread, so that many instances do not ask at once: %d (INTRO-09)', (random, seconds) => {
  const { pause, end } = pausing(() => random)
  end(failure, failure)
  expect(pause.seconds).toBe(seconds)
})

test('is spread by chance where nothing else is given', () => {
  const pause = new IntrospectionPause(() => 0)
  for (let time = 0; time < 2; time++) pause.begin()(failure)
  expect(pause.seconds).toBeGreaterThanOrEqual(0.5)
  expect(pause.seconds).toBeLessThanOrEqual(1)
})

test.each([
  [0, 1],
  [0.2, 1],
  [7, 7],
  [30, 30],
  [31, 30],
  [999_999, 30],
])(
  'lasts as long as the server says, to 30 s, and never less than it would: %d',
  (retryAfterSeconds, seconds) => {
    const { pause, end } = pausing()
    end(failure, { retryAfterSeconds })
    expect(pause.seconds).toBe(seconds)
  },
)

test('comes of failures one after the other: those that were under way together are one (INTRO-09)', () => {
  const { pause } = pausing()
  const together = Array.from({ length: 50 }, () => pause.begin())
  for (const end of together) end(failure)
  expect(pause.seconds).toBe(0)
  pause.begin()(failure)
  expect(pause.seconds).toBe(1)
})

test('is not made longer by questions from before it (INTRO-09)', () => {
  const { pause, end, advance } = pausing()
  const late = pause.begin()
  end(failure, failure)
  advance(0.5)
  late(failure)
  expect(pause.seconds).toBe(0.5)
})

test('is ended by an answer to a question from before it: the server answers (INTRO-09)', () => {
  const { pause, end } = pausing()
  const late = pause.begin()
  end(failure, failure)
  late('answered')
  expect(pause.seconds).toBe(0)
})

describe('at its end', () => {
  const atEnd = () => {
    const given = pausing()
    const late = given.pause.begin()
    given.end(failure, failure)
    given.advance(1)
    return { ...given, late }
  }

  test('one question is tried, and the others wait a second (INTRO-09)', () => {
    const { pause, advance } = atEnd()
    expect(pause.seconds).toBe(0)
    pause.begin()
    expect(pause.seconds).toBe(1)
    advance(100)
    expect(pause.seconds).toBe(1)
  })

  test.each<[string, Ending, number]>([
    ['is answered, all are asked', 'answered', 0],
    ['fails, the next pause is longer', failure, 2],
    ['was not asked, another one is tried', 'not asked', 0],
  ])('when that one %s (INTRO-09)', (_, ending, seconds) => {
    const { pause } = atEnd()
    pause.begin()(ending)
    expect(pause.seconds).toBe(seconds)
  })

  test.each<Ending>([failure, 'not asked'])(
    'a question from before the pause makes no room for a second one: %j (INTRO-09)',
    (ending) => {
      const { pause, late } = atEnd()
      pause.begin()
      late(ending)
      expect(pause.seconds).toBe(1)
    },
  )
})

describe('while the clock shows no number', () => {
  test('nobody can tell how long it still is', () => {
    const { pause, end, clock } = pausing()
    clock.now = Number.NaN
    expect(pause.seconds).toBe(0)
    clock.now = 100
    end(failure, failure)
    clock.now = Number.NaN
    expect(pause.seconds).toBe(1)
    clock.now = 101
    expect(pause.seconds).toBe(0)
  })

  test('a failure locks nobody out for longer', () => {
    const { pause, end, clock } = pausing()
    clock.now = Number.NaN
    end(failure, failure)
    expect(pause.seconds).toBe(1)
    clock.now = 100
    expect(pause.seconds).toBe(0)
    end(failure)
    expect(pause.seconds).toBe(2)
  })
})
