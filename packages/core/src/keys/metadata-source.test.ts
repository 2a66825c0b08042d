import { expect, test } from 'vitest'
import { clockAt } from '../../test-support/clock.js'
import { webOf } from '../../test-support/web.js'
import { MetadataSource } from './metadata-source.js'

const issuer = 'https://as.example'
const oauth = `${issuer}/.well-known/oauth-authorization-server`
const openid = `${issuer}/.well-known/openid-configuration`
const metadata = { jwksUri: `${issuer}/keys`, introspectionEndpoint: `${issuer}/introspect` }
const document = {
  issuer,
  jwks_uri: metadata.jwksUri,
  introspection_endpoint: metadata.introspectionEndpoint,
}

function source(documents: Record<string, unknown>) {
  const web = webOf(documents)
  const clock = clockAt(0)
  const http = { timeoutSeconds: 5, maxBytes: 10_000, fetch: web.fetch }
  return { ...web, clock, source: new MetadataSource(issuer, http, clock.now, () => 1) }
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
  await held.get()
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

test('serves on while it cannot be had anew (META-07)', async () => {
  const { source: held, asked, clock, documents } = source({ [oauth]: document })
  await held.get()
  delete documents[oauth]
  clock.advance(3600)
  expect([await held.get(), await held.get()]).toEqual([metadata, metadata])
  expect(asked).toEqual([oauth, oauth, openid])
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

test('is not asked for after close()', async () => {
  const { source: held, asked } = source({ [oauth]: document })
  held.close()
  await expect(held.get()).rejects.toMatchObject({ code: 'metadata_unavailable' })
  expect(asked).toEqual([])
})
