import { expect } from 'vitest'
import type { Row } from './contract.js'
import { type Answer, exchange } from './exchange.js'
import type { Kit } from './kit.js'
import { bearer } from './requests.js'

/** Stands in every hostile value, at its beginning and at its end, and nowhere else. */
export const marker = 'marker5f3a'

/** Texts that a header, a log or a terminal would take for something else. */
export const texts: Readonly<Record<string, string>> = {
  'control characters': `${marker}\u0001\u0008\u001b[31m\u007f\u0085${marker}`,
  'CR LF and a header field': `${marker}\r\nX-${marker}: 1\r\n\r\n${marker}`,
  'a line feed': `${marker}\nX-${marker}: 1`,
  NUL: `${marker}\0${marker}`,
  'a letter beyond ASCII': `${marker}é${marker}`,
  'letters beyond Latin-1': `${marker}漢字🇳🇴\u202e\u2028${marker}`,
  'quotes and a parameter': `${marker}", error="${marker}`,
  backslashes: `${marker}\\"\\${marker}\\`,
  'half of a surrogate pair': `${marker}\ud800${marker}`,
  '512 characters': `${marker}${'x'.repeat(512 - 2 * marker.length)}${marker}`,
  '10 KB': `${marker}${'x'.repeat(10_000)}${marker}`,
}

const printable = /^[\x20-\x7e…]{1,500}$/

/** Nothing hostile is in the answer, but for what a handler may show of a token that it accepted. */
export const answersWithoutMarker = (_: Kit, { status, headers, body }: Answer) => {
  expect(JSON.stringify([...headers])).not.toContain(marker)
  if (status !== 200) expect(body).not.toContain(marker)
}

/** Nothing of the token is in the answer, nothing raw in what operators read, and the server lives. */
export const nothingEscapes: NonNullable<Row['also']> = async (kit, given, server) => {
  const { main, events } = kit
  answersWithoutMarker(kit, given)
  for (const event of events) {
    const { message = 'none', ...members } = { ...event } as { message?: string }
    expect(JSON.stringify(members)).not.toContain(marker)
    expect(message).toMatch(printable)
  }
  const next = await exchange(server.port, bearer(await main.mint()))
  expect(next.status, 'the next good request').toBe(200)
}
