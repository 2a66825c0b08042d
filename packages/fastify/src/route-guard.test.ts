import { expect, it, vi } from 'vitest'
import { api, authorization } from '../../../test/adapters/resources.js'
import { RouteGuard } from './route-guard.js'

it('goes on at once with a token that is remembered, with its principal', async () => {
  const guard = new RouteGuard(api)
  const rawHeaders = Object.entries(await authorization({ clientId: 'robot' })).flat()
  const request = () => ({
    raw: { method: 'GET', url: '/', rawHeaders },
    originalUrl: '/',
    routeOptions: { config: {} },
    principal: undefined,
  })
  const reply = { headers: vi.fn() } as never
  await new Promise((resolve) => guard.protect(request() as never, reply, resolve))
  const [second, done] = [request(), vi.fn()]
  guard.protect(second as never, reply, done)
  expect(done.mock.calls).toEqual([[]])
  expect(second.principal).toMatchObject({ clientId: 'robot' })
})
