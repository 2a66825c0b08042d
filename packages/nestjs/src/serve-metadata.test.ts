import { Controller, Get, type INestApplication, VersioningType } from '@nestjs/common'
import { describe, expect, it, vi } from 'vitest'
import {
  api,
  authorization,
  otherPublishing,
  published,
  publishing,
  wellKnown,
} from '../../../test/adapters/resources.js'
import { moduleOf, platforms, serve, startUp } from '../test-support/application.js'
import { ProtectedResourceModule, Requires } from './index.js'

const handled = vi.fn(() => 'let in')

@Controller()
class Everything {
  @Get('*')
  @Requires()
  everything() {
    return handled()
  }
}

const forRoot = () => ProtectedResourceModule.forRoot({ api: publishing, metadata: true })

describe.each(platforms)('metadata: true on %s', (platform) => {
  it('serves everybody, before any route and any guard (PRM-03)', async () => {
    const imports = [ProtectedResourceModule.forRoot({ api: publishing, metadata: true, guard: 'global' })]
    const get = await serve({ imports, controllers: [Everything] }, { platform })
    const response = await get(wellKnown, { headers: { authorization: 'Bearer a.b.c' } })
    expect([response.status, await response.json()]).toEqual([200, published])
    expect(handled).not.toHaveBeenCalled()
    expect((await get('/x')).status).toBe(401)
  })

  it.each<[how: string, prepare: (app: INestApplication) => unknown]>([
    ['a global prefix', (app) => app.setGlobalPrefix('api')],
    ['a global prefix with exclusions', (app) => app.setGlobalPrefix('api', { exclude: ['health'] })],
    ['versions in the URI', (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' })],
    ['CORS for one origin', (app) => app.enableCors({ origin: 'https://app.example' })],
  ])('serves outside of %s (PRM-02)', async (_how, prepare) => {
    const get = await serve({ imports: [forRoot()] }, { platform, prepare })
    const response = await get(wellKnown)
    expect([response.status, await response.json()]).toEqual([200, published])
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect((await get(`/api${wellKnown}`)).status).toBe(404)
    expect((await get(`/v1${wellKnown}`)).status).toBe(404)
  })

  it('serves what a factory made, and what another module imports (PRM-03, PRM-10)', async () => {
    const feature = moduleOf({
      imports: [
        ProtectedResourceModule.forRootAsync({
          useFactory: async () => ({ api: otherPublishing }),
          name: 'other',
          metadata: true,
        }),
      ],
    })
    const get = await serve({ imports: [feature, forRoot()] }, { platform })
    const resources = ['', '/other'].map(async (path) => (await get(wellKnown + path)).json())
    expect(await Promise.all(resources)).toMatchObject([
      { resource: publishing.resource },
      { resource: otherPublishing.resource },
    ])
  })

  it.each([{}, { metadata: false }])(
    'serves nothing unless it is asked for: %j (PRM-08)',
    async (options) => {
      const imports = [ProtectedResourceModule.forRoot({ api: publishing, ...options })]
      const get = await serve({ imports }, { platform })
      expect((await get(wellKnown)).status).toBe(404)
    },
  )

  it('answers HEAD, OPTIONS and POST as GET would have it (PRM-03)', async () => {
    const get = await serve({ imports: [forRoot()] }, { platform })
    const asked = ['HEAD', 'OPTIONS', 'POST'].map(async (method) => {
      const { status, headers } = await get(wellKnown, { method })
      return [status, headers.get('content-type'), headers.get('allow')]
    })
    expect(await Promise.all(asked)).toEqual([
      [200, 'application/json; charset=utf-8', null],
      [204, null, 'GET, HEAD, OPTIONS'],
      [405, null, 'GET, HEAD, OPTIONS'],
    ])
  })

  it('is named by the challenge of a handler (PRM-08)', async () => {
    const get = await serve({ imports: [forRoot()], controllers: [Everything] }, { platform })
    const { headers } = await get('/x', { headers: await authorization({ expiresInSeconds: -120 }) })
    expect(headers.get('www-authenticate')).toContain(`resource_metadata="${api.resource}${wellKnown}"`)
  })

  it.each([
    ['forRoot', () => ProtectedResourceModule.forRoot({ api, metadata: true })],
    [
      'forRootAsync',
      () => ProtectedResourceModule.forRootAsync({ useFactory: () => ({ api }), metadata: true }),
    ],
  ])('keeps the application from starting where nothing is published: %s (PRM-08)', async (_how, module) => {
    await expect(startUp({ imports: [module()] }, { platform })).rejects.toThrow(
      new TypeError('ProtectedResourceModule.metadata: set publishMetadata of protectedResource()'),
    )
  })
})
