import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { issuer } from '../../test-support/tokens.js'
import { introspectionIssuer } from './introspection-issuer.js'
import {
  askResolver,
  type IssuerResolver,
  type ResolverAnswer,
  resolverUnavailable,
} from './issuer-resolver.js'
import { jwtIssuer } from './jwt-issuer.js'

const trusted = jwtIssuer({ issuer })
const ask = (resolve: unknown, iss = issuer) => askResolver(resolve as IssuerResolver, iss)
const errorIn = (answer: ResolverAnswer) => {
  if ('refused' in answer) return answer.refused()
  return 'failed' in answer ? answer.failed() : undefined
}

test('an issuer is what the resolver answers, at once or later (META-08)', async () => {
  const asked = introspectionIssuer({ issuer, client: { id: 'api', secret: 's' } })
  expect(await ask(() => trusted)).toEqual({ trusted })
  expect(await ask(async () => trusted)).toEqual({ trusted })
  expect(((await ask(() => asked)) as { trusted: object }).trusted).toBe(asked)
})

test('it is asked with the name alone (META-08)', async () => {
  const resolve = vi.fn(() => trusted)
  await ask(resolve)
  expect(resolve.mock.calls).toEqual([[issuer]])
})

test.each([undefined, null])('%j declines, as databases write it, too (META-08)', async (nothing) => {
  expect(await ask(() => nothing)).toEqual({ trusted: undefined })
  expect(await ask(async () => nothing)).toEqual({ trusted: undefined })
})

describe('what is no issuer is refused, and is no outage (META-08)', () => {
  test.each([
    issuer,
    '',
    0,
    5,
    true,
    false,
    {},
    { issuer },
    { ...trusted },
    [trusted],
    () => trusted,
    Symbol('x'),
  ])('%s', async (answer) => {
    for (const resolve of [() => answer, async () => answer]) {
      const error = errorIn(await ask(resolve))
      expect(error).toMatchObject({ name: 'Rejection', code: 'token_issuer_untrusted', status: 401 })
      expect(error?.message).toMatch(/neither jwtIssuer\(\) nor introspectionIssuer\(\) made$/)
    }
  })

  test.each(['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'])(
    'what every object has: %s',
    async (name) => {
      const tenants: Record<string, unknown> = { [issuer]: trusted }
      expect(await ask((iss: string) => tenants[iss])).toEqual({ trusted })
      expect(errorIn(await ask((iss: string) => tenants[iss], name))).toMatchObject({
        code: 'token_issuer_untrusted',
      })
    },
  )

  test.each([`${issuer}/`, issuer.toUpperCase(), 'https://other.example'])(
    'an issuer of another name than %j',
    async (iss) => {
      const error = errorIn(await ask(() => trusted, iss))
      expect(error).toMatchObject({ code: 'token_issuer_untrusted' })
      expect(error?.message).toBe(`iss is "${iss}", but the resolver answered with "${issuer}"`)
    },
  )

  test('with an error of its own for each request', async () => {
    const answer = await ask(() => 'x')
    expect(errorIn(answer)).not.toBe(errorIn(answer))
  })

  test('and told of on one line, cut short (BCP-02)', async () => {
    const error = errorIn(await ask(() => 'x', `a\nb${'é'.repeat(500)}`))
    expect(error?.message).toMatch(/^[\x20-\x7e]{1,250}$/)
  })
})

test.each([new Error('s3cr3t'), 's3cr3t', undefined, null])(
  'a failure is an outage, of which nothing is told: %s (META-08, BCP-02)',
  async (cause) => {
    const failing = [
      () => Promise.reject(cause),
      () => {
        throw cause
      },
    ]
    for (const resolve of failing) {
      const answer = await ask(resolve)
      const error = errorIn(answer)
      const message = `the resolver of issuers failed for "${issuer}"`
      expect(error).toMatchObject({
        name: 'Unavailable',
        code: 'issuer_unavailable',
        retryAfterSeconds: 1,
        message,
      })
      expect(error?.cause).toBe(cause)
      expect(errorIn(answer)).not.toBe(error)
    }
  },
)

test('an outage may be told of without a cause', () => {
  expect(resolverUnavailable('x')).toMatchObject({
    code: 'issuer_unavailable',
    message: 'x',
    retryAfterSeconds: 1,
  })
})

describe('a resolver that hangs', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const later = (milliseconds: number, settle: () => unknown) => () =>
    new Promise((resolve) => setTimeout(resolve, milliseconds)).then(settle)

  test('is an outage after five seconds (META-08)', async () => {
    const answered = vi.fn()
    void ask(() => new Promise(() => undefined)).then((answer) => answered(errorIn(answer)))
    await vi.advanceTimersByTimeAsync(4999)
    expect(answered).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    const cause = expect.objectContaining({ message: 'no answer in 5 s' })
    expect(answered.mock.calls).toEqual([[expect.objectContaining({ code: 'issuer_unavailable', cause })]])
  })

  test('is heard until then, and leaves no timer behind (META-08)', async () => {
    const answer = ask(later(4999, () => trusted))
    await vi.advanceTimersByTimeAsync(4999)
    expect(await answer).toEqual({ trusted })
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each<[string, () => unknown]>([
    ['answers', () => trusted],
    ['fails', () => Promise.reject(new Error('late'))],
  ])('and %s later harms nobody (META-08)', async (_, settle) => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const answer = ask(later(6000, settle))
    await vi.advanceTimersByTimeAsync(7000)
    expect(errorIn(await answer)).toMatchObject({ code: 'issuer_unavailable' })
    vi.useRealTimers()
    await new Promise(setImmediate)
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
})
