import { describe, expect, test, vi } from 'vitest'
import { clockAt } from '../../test-support/clock.js'
import { webOf } from '../../test-support/web.js'
import type { TellNews } from '../issuer-events.js'
import { MetadataSource } from './metadata-source.js'

const issuer = 'https://as.example'
const oauth = `${issuer}/.well-known/oauth-authorization-server`
const openid = `${issuer}/.well-known/openid-configuration`
const metadata = { jwksUri: `${issuer}/keys`, introspectionEndpoint: `${issuer}/introspect`, refused: {} }
const document = {
  issuer,
  jwks_uri: metadata.jwksUri,
  introspection_endpoint: metadata.introspectionEndpoint,
}

function source(documents: Record<string, unknown>) {
  const web = webOf(documents)
  const clock = clockAt(0)
  const given = { broken: false }
  const tell = vi.fn<TellNews>()
  const http = { timeoutSeconds: 5, maxBytes: 10_000, fetch: web.fetch }
  return {
    ...web,
    clock,
    tell,
    source: new MetadataSource({
      issuer,
      http,
      needed: ['jwksUri', 'introspectionEndpoint'],
      now: () => (given.broken ? Number.NaN : clock.now()),
      tell,
      random: () => 1,
    }),
    given,
  }
}
const settled = () => new Promise(setImmediate)

test('is asked for when first needed, once, and remembered for an hour (META-06)', async () => {
  const { source: held, asked, clock } = source({ [oauth]: document })
  expect(asked).toEqual([])
  expect(await Promise.all([held.get(), held.get()])).toEqual([metadata, metadata])
  clock.advance(3599)
  await held.get()
  expect(asked).toEqual([oauth])
  clock.advance(1)
  await Promise.all([held.get(), held.get()])
  await settled()
  expect(asked).toEqual([oauth, oauth])
})

test('that cannot be had is Unavailable, with pauses that grow (META-06)', async () => {
  const { source: held, asked, clock, documents } = source({})
  for (const advance of [0, 0.999, 0.001, 1.999]) {
    clock.advance(advance)
    await expect(held.get()).rejects.toMatchObject({ name: 'Unavailable', code: 'metadata_unavailable' })
  }
  expect(asked).toEqual([oauth, openid, oauth, openid])
  documents[oauth] = document
  clock.advance(0.001)
  expect(await held.get()).toEqual(metadata)
})

test('serves on while it cannot be had anew, and is asked for in the background (META-07)', async () => {
  const { source: held, asked, clock, documents, tell } = source({ [oauth]: document })
  await held.get()
  delete documents[oauth]
  clock.advance(3600)
  const [message, code] = [expect.stringContaining(oauth), 'metadata_unavailable']
  expect([await held.get(), await held.get()]).toEqual([metadata, metadata])
  await settled()
  expect(asked).toEqual([oauth, oauth, openid])
  expect(tell.mock.calls).toEqual([
    [{ type: 'metadata_refreshed' }],
    [{ type: 'metadata_refresh_failed', code, message, retryAfterSeconds: 1 }],
  ])
})

test('is waited for when it is older than five hours, and serves on when that is in vain (META-07)', async () => {
  const { source: held, clock, documents } = source({ [oauth]: document })
  await held.get()
  clock.advance(5 * 3600)
  documents[oauth] = { ...document, jwks_uri: `${issuer}/new` }
  expect((await held.get()).jwksUri).toBe(`${issuer}/new`)
  delete documents[oauth]
  clock.advance(5 * 3600)
  expect((await held.get()).jwksUri).toBe(`${issuer}/new`)
})

test('is waited for from an hour on by those who work in the background (META-07)', async () => {
  const { source: held, clock, documents } = source({ [oauth]: document })
  await held.getFresh()
  clock.advance(3600)
  documents[oauth] = { ...document, jwks_uri: `${issuer}/new` }
  expect((await held.getFresh()).jwksUri).toBe(`${issuer}/new`)
  delete documents[oauth]
  clock.advance(3600)
  expect((await held.getFresh()).jwksUri).toBe(`${issuer}/new`)
})

test('that is doubted is asked for in the background', async () => {
  const { source: held, asked, documents } = source({ [oauth]: document })
  await held.get()
  documents[oauth] = { ...document, jwks_uri: `${issuer}/new` }
  held.doubt()
  expect(await held.get()).toEqual(metadata)
  await settled()
  expect((await held.get()).jwksUri).toBe(`${issuer}/new`)
  expect(asked).toEqual([oauth, oauth])
})

test('that is doubted often is asked for anew from an age on (META-07)', async () => {
  const { source: held, asked, clock } = source({ [oauth]: document })
  await held.get()
  clock.advance(9.999)
  held.doubt(10_000)
  await settled()
  expect(asked).toEqual([oauth])
  clock.advance(0.001)
  for (let time = 0; time < 2; time++) held.doubt(10_000)
  await settled()
  held.doubt(10_000)
  await settled()
  expect(asked).toEqual([oauth, oauth])
})

test('that is doubted before it is known is asked for (META-06)', async () => {
  const { source: held, asked } = source({ [oauth]: document })
  held.doubt(10_000)
  await settled()
  expect([held.known, asked]).toEqual([metadata, [oauth]])
})

test('is known, however old it is, and without being asked for', async () => {
  const { source: held, asked, clock } = source({ [oauth]: document })
  expect([held.known, asked]).toEqual([undefined, []])
  await held.get()
  clock.advance(100 * 3600)
  expect(held.known).toEqual(metadata)
  expect(asked).toEqual([oauth])
})

test('tells of attempts, once each, and not that it is still in a pause (META-07)', async () => {
  const { source: held, clock, tell, documents } = source({})
  for (let time = 0; time < 2; time++)
    await expect(held.get()).rejects.toMatchObject({ code: 'metadata_unavailable' })
  held.doubt()
  await settled()
  expect(tell).toHaveBeenCalledOnce()
  clock.advance(1)
  documents[oauth] = document
  await Promise.all([held.get(), held.get()])
  expect(tell.mock.calls.map(([{ type }]) => type)).toEqual(['metadata_refresh_failed', 'metadata_refreshed'])
})

describe('while the clock shows no number', () => {
  test('is not asked for: nobody could tell how old it is', async () => {
    const { source: held, asked, given } = source({ [oauth]: document })
    given.broken = true
    await expect(held.get()).rejects.toMatchObject({ code: 'metadata_unavailable' })
    expect(asked).toEqual([])
    given.broken = false
    expect(await held.get()).toEqual(metadata)
  })

  test('serves on when it is known', async () => {
    const { source: held, asked, given, tell } = source({ [oauth]: document })
    await held.get()
    given.broken = true
    expect([await held.get(), await held.getFresh()]).toEqual([metadata, metadata])
    expect(asked).toEqual([oauth])
    expect(tell).toHaveBeenCalledOnce()
  })
})

test('that is closed while it is asked for tells of nothing', async () => {
  const { source: held, tell } = source({ [oauth]: () => new Promise(() => undefined) })
  const waiting = held.get()
  held.close()
  await expect(waiting).rejects.toMatchObject({ message: 'closed: nothing is fetched any more' })
  await settled()
  expect(tell).not.toHaveBeenCalled()
})

test('is not asked for after close()', async () => {
  const { source: held, asked } = source({ [oauth]: document })
  held.close()
  await expect(held.get()).rejects.toMatchObject({ code: 'metadata_unavailable' })
  expect(asked).toEqual([])
})

test('keeps what a document said before that cannot be read for once (META-07)', async () => {
  const { introspection_endpoint, ...without } = document
  const documents = { [oauth]: without, [openid]: document }
  const { source: held, clock, documents: served } = source(documents)
  expect(await held.get()).toMatchObject({ introspectionEndpoint: introspection_endpoint })
  delete served[openid]
  clock.advance(3600)
  await held.getFresh()
  expect(await held.get()).toMatchObject({ introspectionEndpoint: introspection_endpoint })
})

test('is not waited for twice in an outage, however old it is (META-07)', async () => {
  const { source: held, clock, asked, documents } = source({ [oauth]: document })
  await held.get()
  delete documents[oauth]
  clock.advance(5 * 3600)
  await held.get()
  documents[oauth] = () => new Promise(() => undefined)
  clock.advance(60)
  expect(await held.get()).toEqual(metadata)
  expect(asked.filter((url) => url === oauth)).toHaveLength(3)
  held.close()
})
