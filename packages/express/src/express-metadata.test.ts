import { describe, expect, it, vi } from 'vitest'
import {
  api,
  authorization,
  otherPublishing,
  published,
  publishing,
  wellKnown,
} from '../../../test/adapters/resources.js'
import { serve, versions } from '../test-support/serve.js'
import { expressProtection } from './index.js'

const protection = expressProtection(publishing)

describe('metadata', () => {
  it('is a TypeError where it is read and nothing is published, and nothing else is (PRM-08)', () => {
    const unpublished = expressProtection(api)
    expect(() => unpublished.metadata).toThrow(
      new TypeError('metadata: set publishMetadata of protectedResource()'),
    )
    const { authenticate, requires, principal } = unpublished
    expect([authenticate, requires, principal]).toEqual(Array(3).fill(expect.any(Function)))
  })

  it('keeps nobody from copying a protection without it, or from taking its rest', () => {
    const unpublished = expressProtection(api)
    expect(Object.keys({ ...unpublished })).toEqual(['authenticate', 'requires', 'principal'])
    const { requires, ...rest } = unpublished
    expect(Object.keys(rest)).toEqual(['authenticate', 'principal'])
    expect(requires).toBe(unpublished.requires)
    for (const [, express] of versions)
      expect(() => express().use({ ...unpublished }.metadata)).toThrow(TypeError)
  })

  it('is copied with the rest where it is published', () => {
    const { requires: _, ...rest } = protection
    expect([{ ...protection }.metadata, rest.metadata]).toEqual([expect.any(Function), expect.any(Function)])
  })

  it('is the same middleware however often it is read: a function of three parameters', () => {
    expect(protection.metadata).toHaveLength(3)
  })
})

describe.each(versions)('metadata on %s', (_version, express) => {
  it('is served to everybody, past what protects everything (PRM-03)', async () => {
    const app = express().use(protection.metadata).use(protection.authenticate)
    const get = await serve(app)
    const response = await get(wellKnown, { headers: { authorization: 'Bearer a.b.c' } })
    expect([response.status, await response.json()]).toEqual([200, published])
    expect((await get('/')).status).toBe(401)
  })

  it('is found by what the client asked for, not by what is left of it below a mount point (PRM-02)', async () => {
    const handled = vi.fn()
    const inner = express().use(protection.metadata)
    inner.use((_request, response) => void response.json(handled()))
    const get = await serve(express().use('/api', inner))
    expect(await (await get(`/api${wellKnown}`)).text()).not.toContain(api.resource)
    expect(handled).toHaveBeenCalledOnce()
    expect((await get(wellKnown)).status).toBe(404)
  })

  it('is served by middleware at the mount point of its path, too (PRM-02)', async () => {
    const get = await serve(express().use('/.well-known', protection.metadata))
    expect(await (await get(wellKnown)).json()).toEqual(published)
  })

  it('says nothing of what earlier middleware wrote of another body (PRM-03)', async () => {
    const app = express()
    app.use((_request, response, next) => {
      response.set({ 'Content-Length': '3', 'Content-Encoding': 'gzip', 'Content-Type': 'text/html' })
      next()
    })
    app.use(protection.metadata)
    const response = await (await serve(app))(wellKnown)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toEqual(published)
  })

  it('is one for each resource (PRM-10)', async () => {
    const get = await serve(express().use(protection.metadata, expressProtection(otherPublishing).metadata))
    const resources = ['', '/other'].map(async (path) => (await get(wellKnown + path)).json())
    expect(await Promise.all(resources)).toMatchObject([
      { resource: publishing.resource },
      { resource: otherPublishing.resource },
    ])
    expect((await get(`${wellKnown}/another`)).status).toBe(404)
  })

  it('is named by the challenge of a route (PRM-08)', async () => {
    const get = await serve(express().get('/', protection.requires()))
    const { headers } = await get('/', { headers: await authorization({ expiresInSeconds: -120 }) })
    expect(headers.get('www-authenticate')).toContain(`resource_metadata="${api.resource}${wellKnown}"`)
  })
})
