import { maxHeaderSize } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectTurnedAway } from './attempt.js'
import type { Exchange } from './exchange.js'
import { marker } from './hostile-text.js'
import { type Kit, startKit } from './kit.js'
import { servers } from './servers/index.js'
import type { RunningServer } from './servers/running-server.js'

const authorization = (value: string): Exchange => ({ headers: [['Authorization', value]] })
const kilobytes = (size: number) => marker.padEnd(size * 1024, 'x')

/** What Node's own parser answers before any of us runs. */
const refusedByNode: Readonly<Record<string, Exchange>> = {
  'a token of 17 KB': authorization(`Bearer ${kilobytes(17)}`),
  'a token of 100 KB': authorization(`Bearer ${kilobytes(100)}`),
  'a token of 1 MB': authorization(`Bearer ${kilobytes(1024)}`),
  'a target of 17 KB': { target: `/any?${kilobytes(17)}` },
  'ten fields of 2 KB': {
    headers: Array.from({ length: 10 }, () => ['Authorization', `Bearer ${kilobytes(2)}`] as const),
  },
  'ten thousand fields': {
    headers: Array.from({ length: 10_000 }, () => ['Authorization', marker] as const),
  },
  'NUL in the field': authorization(`Bearer ${marker}\0`),
  'a control character in the field': authorization(`Bearer ${marker}\x01`),
  'a bare CR in the field': authorization(`Bearer ${marker}\r${marker}`),
  'a line without a name': authorization(`Bearer ${marker}\r\n${marker}`),
  'a space before the colon': { headers: [['Authorization ', `Bearer ${marker}`]] },
  'two lengths': {
    method: 'POST',
    headers: [
      ['Content-Length', '1'],
      ['Content-Length', '2'],
    ],
  },
  'a length and chunks': {
    method: 'POST',
    headers: [['Transfer-Encoding', 'chunked']],
    body: `0\r\n\r\n${marker}`,
  },
  'a method that is none': { method: marker },
  'a space in the target': { target: `/any ${marker}` },
}

describe("A. What Node's parser refuses with its default limits", () => {
  let kit: Kit
  beforeAll(async () => {
    kit = await startKit()
  })
  afterAll(() => kit.close())

  it('runs with the default limit of a header', () => {
    expect(maxHeaderSize).toBe(16 * 1024)
  })

  describe.each(servers.map(([name]) => name))('%s', (name) => {
    it.each(Object.entries(refusedByNode))('gets no handler to see %s (BEARER-23)', async (_, request) => {
      kit.events.length = 0
      await expectTurnedAway(kit, kit.running.get(name) as RunningServer, request)
      expect(kit.events).toEqual([])
    })
  })
})
