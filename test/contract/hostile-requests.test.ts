import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectTurnedAway } from './attempt.js'
import { type Exchange, exchange } from './exchange.js'
import { marker } from './hostile-text.js'
import { type Kit, startKit } from './kit.js'
import { bearer } from './requests.js'
import { servers } from './servers/index.js'
import type { RunningServer } from './servers/running-server.js'

/** Where a byte is put into the Authorization field with a good token; which bytes then make no difference. */
const places: readonly (readonly [
  name: string,
  write: (byte: string, token: string) => string,
  harmless: string,
])[] = [
  ['between scheme and token', (byte, token) => `Bearer${byte}${token}`, ' '],
  ['before the scheme', (byte, token) => `${byte}Bearer ${token}`, ' \t'],
  ['after the token', (byte, token) => `Bearer ${token}${byte}`, ' \t'],
  ['after the token, before more', (byte, token) => `Bearer ${token}${byte}${marker}`, ''],
  ['after a line break', (byte, token) => `Bearer\r\n${byte}${token}`, ''],
]

const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))

/** Names of header fields that only look like Authorization. */
const names = [
  'Authorization ',
  'Authorization\t',
  ' Authorization',
  'Authorization\0',
  'Auth\0rization',
  'Authorizatiön',
  'Authorization:',
]

const endings = [
  '\0',
  '\x01',
  '\t',
  ' ',
  '\x7f',
  '\xe9',
  '\xff',
  '%00',
  '%0d%0a',
  '%ff',
  '%',
  '%zz',
  '%2e%2e',
  '%c0%ae',
]

/** None of them is a route that anybody may call; most are none at all. */
const targets: readonly string[] = [
  ...endings.map((ending) => `/any${ending}${marker}`),
  `/any?x=\0${marker}`,
  `/any?x=\xe9${marker}`,
  `/any?x=%0d%0aX-${marker}:%201`,
  `/any\r\nX-${marker}: 1`,
  `/any\n${marker}`,
  `/any HTTP/1.1\r\nX-${marker}: 1\r\n`,
  `/any#${marker}`,
  `/any;${marker}`,
  `/any/${marker}`,
  `/any?__proto__[${marker}]=1&constructor[prototype]=1`,
  `/any?${marker}${'x'.repeat(20_000)}`,
  `/${marker}${'x'.repeat(20_000)}`,
  `/${marker}${'/..'.repeat(5_000)}`,
  '/any/../public',
  '/public/../any',
  '/%2e%2e/any',
  '/./any',
  '//any',
  '/any//',
  '/any;public',
  '/any%2f..%2fpublic',
  '/any\\..\\public',
  '/__proto__',
  '/constructor',
  '\\any',
  'any',
  '?any',
  '*',
  '',
  '//evil.example/any',
  `http://${marker}.example/any`,
  `http://${marker}.example`,
  'http:/any',
  'https://[/any',
  'HTTP://u:p@evil.example/any',
]

const broken = ['get', 'Get', 'GET\0', 'G\0T', 'G\xc9T', 'GET\t', '\tGET', ' GET', '', marker, `GET${marker}`]
const unserved = ['TRACE', 'CONNECT', 'PRI', 'QUERY', 'M-SEARCH', 'PROPFIND', 'PURGE', 'LINK']
const methods = [...broken, ...unserved, 'X'.repeat(20_000), `GET /${marker} HTTP/1.1\r\nHost: x\r\n\r\nGET`]

describe('A. Hostile bytes in a request', () => {
  let kit: Kit
  beforeAll(async () => {
    kit = await startKit()
  })
  afterAll(() => kit.close())

  describe.each(servers.map(([name]) => name))('%s', (name) => {
    const server = () => kit.running.get(name) as RunningServer
    /** Without and with something that looks like a token. */
    const turnsAway = (request: Exchange) =>
      expectTurnedAway(kit, server(), request, bearer(`${marker}.${marker}.${marker}`, request))

    it.each(places)('lets no byte in %s (BEARER-03, BEARER-10)', async (_, write, harmless) => {
      const token = await kit.main.mint()
      const handledBefore = server().handled()
      const asked = bytes.map(async (byte) => {
        const { status, headers } = await exchange(server().port, {
          headers: [['Authorization', write(byte, token)]],
        })
        expect(JSON.stringify([...headers])).not.toContain(marker)
        return [byte, status] as const
      })
      const answers = await Promise.all(asked)
      expect(answers.filter(([, status]) => status === 200).map(([byte]) => byte)).toEqual(
        harmless.split('').toSorted(),
      )
      for (const [, status] of answers) expect([200, 400, 401]).toContain(status)
      expect(server().handled() - handledBefore, 'requests that reached a handler').toBe(harmless.length)
    })

    it.each(names.map((one) => [one]))(
      'knows no credentials in a field called %j (BEARER-05)',
      async (field) => {
        const value = `Bearer ${await kit.main.mint({ clientId: marker })}`
        await expectTurnedAway(kit, server(), { headers: [[field, value]] })
      },
    )

    it.each(named(targets))('lets nobody in at the target %j (BEARER-07, BEARER-10)', async (_, target) => {
      await turnsAway({ target })
    })

    it.each(named(methods))('lets nobody in with the method %j (BEARER-07, BEARER-10)', async (_, method) => {
      await turnsAway({ method })
    })
  })
})

function named(texts: readonly string[]): (readonly [name: string, text: string])[] {
  return texts.map((text) => [text.slice(0, 40), text])
}
