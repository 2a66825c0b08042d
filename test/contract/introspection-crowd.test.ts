import type { AnswerHook } from '@portcullis/testing'
import { describe, expect, it } from 'vitest'
import { refusal, type Same, same, unavailable } from './answers.js'
import type { Exchange } from './exchange.js'
import { opaque } from './introspection-api.js'
import { crowd, readUntilNow, send, sendAll, statusesOf } from './introspection-crowd.js'
import type { Kit } from './kit.js'
import { servers } from './servers/index.js'

const names = servers.map(([name]) => name)
const copies = 100
const unanswered = unavailable('introspection_unavailable')

/** What the server says, what everyone is answered then, and how long that is remembered: those who come at once share it always. */
const endings: readonly (readonly [
  name: string,
  hook: AnswerHook,
  answer: Same | undefined,
  cacheSeconds: number,
])[] = [
  ['lets in', (right) => right, undefined, 60],
  ['lets in', (right) => right, undefined, 0],
  ['refuses', () => ({ active: false }), refusal('token_inactive'), 0],
  ['answers 503 to', () => ({ status: 500, contentType: 'text/plain', body: '' }), unanswered, 60],
]

describe.each(endings)('One token in many requests at once', (ending, hook, refused, cacheSeconds) => {
  const { kit, server, answerAll } = crowd({ cacheSeconds }, hook)

  describe.each(names)('%s', (name) => {
    it(`${ending} all ${copies} of them after one question, cacheSeconds ${cacheSeconds} (INTRO-09)`, async () => {
      const request = await opaque()(kit())
      const sent = await sendAll(
        server(name),
        Array.from({ length: copies }, () => request),
      )
      const handledBefore = server(name).handled()
      answerAll()
      const answers = await Promise.all(sent.map(({ answer }) => answer))
      if (refused) expect(answers.map(same)).toEqual(Array.from({ length: copies }, () => refused))
      else expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: copies }, () => 200))
      expect(server(name).handled() - handledBefore).toBe(refused ? 0 : copies)
      expect(kit().main.count('introspection')).toBe(1)
    })
  })
})

describe('One token, brought by clients of which some go away', () => {
  const { kit, server, answerAll } = crowd()

  describe.each(names)('%s', (name) => {
    it('answers the others when the one that came first hangs up (INTRO-09)', async () => {
      const request = await opaque()(kit())
      const first = await send(server(name), request)
      const others = await sendAll(server(name), [request, request])
      first.hangUp()
      await readUntilNow(server(name))
      answerAll()
      expect(await statusesOf(others)).toEqual([200, 200])
      expect(kit().main.count('introspection')).toBe(1)
    })

    it('knows the answer afterwards when all hang up (INTRO-09)', async () => {
      const request = await opaque()(kit())
      const sent = await sendAll(server(name), [request, request])
      for (const { hangUp } of sent) hangUp()
      await readUntilNow(server(name))
      answerAll()
      const next = await send(server(name), request)
      expect(await statusesOf([next])).toEqual([200])
      expect(kit().main.count('introspection')).toBe(1)
    })
  })
})

/** Each with a token of its own. */
async function requests(kit: Kit, count: number): Promise<readonly Exchange[]> {
  return Promise.all(Array.from({ length: count }, async () => opaque()(kit)))
}

describe('More questions than may be without an answer (maxConcurrent)', () => {
  const { kit, server, answerAll, keepBack } = crowd({ maxConcurrent: 2 })

  describe.each(names)('%s', (name) => {
    it('answers 503 to a third token at once, and asks nothing about it (INTRO-09)', async () => {
      const [third = {}, ...others] = await requests(kit(), 3)
      const sent = await sendAll(server(name), others)
      const { answer } = await send(server(name), third)
      expect(same(await answer)).toEqual(unanswered)
      expect(kit().events.at(-1)).toMatchObject({
        type: 'unavailable',
        message: expect.stringContaining('maxConcurrent'),
      })
      answerAll()
      expect(await statusesOf(sent)).toEqual([200, 200])
      expect(kit().main.count('introspection')).toBe(2)
    })

    it('lets in all who bring what is being asked about, and the third afterwards (INTRO-09)', async () => {
      const [third = {}, ...others] = await requests(kit(), 3)
      const first = await sendAll(server(name), others)
      expect((await (await send(server(name), third)).answer).status).toBe(503)
      const more = await sendAll(server(name), [...others, ...others])
      answerAll()
      expect(await statusesOf([...first, ...more])).toEqual(Array.from({ length: 6 }, () => 200))
      expect(kit().main.count('introspection')).toBe(2)
      expect(await statusesOf([await send(server(name), third)])).toEqual([200])
    })

    it('still decides what needs no question (INTRO-09)', async () => {
      const [known = {}, ...others] = await requests(kit(), 3)
      answerAll()
      expect(await statusesOf([await send(server(name), known)])).toEqual([200])
      keepBack()
      const sent = await sendAll(server(name), others)
      expect(await statusesOf([await send(server(name), known)])).toEqual([200])
      expect(await statusesOf([await send(server(name), {})])).toEqual([401])
      answerAll()
      expect(await statusesOf(sent)).toEqual([200, 200])
    })
  })
})

describe('More questions than may be without an answer, by default', () => {
  const { kit, server, answerAll } = crowd()

  describe.each(names)('%s', (name) => {
    it('asks 50 at once, and answers 503 to the next (INTRO-09)', async () => {
      const [next = {}, ...others] = await requests(kit(), 51)
      const sent = await sendAll(server(name), others)
      const { answer } = await send(server(name), next)
      expect(same(await answer)).toEqual(unanswered)
      answerAll()
      expect(await statusesOf(sent)).toEqual(Array.from({ length: 50 }, () => 200))
    })
  })
})

describe('Questions that are never answered', () => {
  const { kit, server } = crowd({ maxConcurrent: 1, http: { timeoutSeconds: 0.2 } })

  describe.each(names)('%s', (name) => {
    it('gives their place to others when the time is over (INTRO-05, INTRO-09)', async () => {
      const [hanging = {}, next = {}] = await requests(kit(), 2)
      const sent = await send(server(name), hanging)
      expect(await statusesOf([await send(server(name), next)])).toEqual([503])
      expect(same(await sent.answer)).toEqual(unanswered)
      kit().main.answerIntrospection()
      expect(await statusesOf([await send(server(name), next)])).toEqual([200])
    })
  })
})
