import { Controller, Sse } from '@nestjs/common'
import { type Principal, rotatingNonce, scope } from '@portcullis/core'
import { CurrentPrincipal, ProtectedResourceModule, Requires } from '@portcullis/nestjs'
import { from } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { listen, platforms, resource, startWorld, type World } from './world.js'

const subscribed = vi.fn()

@Controller()
class Events {
  @Sse('events')
  @Requires(scope('accounts:read'))
  events(@CurrentPrincipal() caller: Principal) {
    subscribed()
    return from([{ data: `for ${caller.clientId}` }, { data: 'the end' }])
  }

  @Sse('undeclared')
  undeclared() {
    subscribed()
    return from([{ data: 'let in' }])
  }
}

describe.each(platforms)('Server-Sent Events in Nest on %s', (platform) => {
  const start = async ({ api }: World) => {
    subscribed.mockClear()
    const imports = [ProtectedResourceModule.forRoot({ api, guard: 'global' })]
    const { url } = await listen({ imports, controllers: [Events] }, platform)
    return (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers })
  }

  it('streams to who was let in, until the end', async () => {
    const world = await startWorld()
    const get = await start(world)
    const response = await get('/events', await world.bearer({ scope: 'accounts:read', clientId: 'robot' }))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(await response.text()).toMatch(/data: for robot\n[^]*data: the end\n/)
  })

  it.each(['/events', '/undeclared'])('refuses %s before the stream starts (BEARER-07)', async (path) => {
    const get = await start(await startWorld())
    const response = await get(path)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(`Bearer realm="${resource}"`)
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(await response.json()).toMatchObject({ code: 'credential_missing' })
    expect(subscribed).not.toHaveBeenCalled()
  })

  it('refuses too little scope before the stream starts (BEARER-20)', async () => {
    const world = await startWorld()
    const get = await start(world)
    const response = await get('/events', await world.bearer())
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      403,
      'scope_insufficient',
    ])
    expect(subscribed).not.toHaveBeenCalled()
  })

  it('takes a proof once, and sends the new nonce with the head of the stream (DPOP-39, DPOP-41)', async () => {
    const nonce = rotatingNonce({ secrets: [Buffer.alloc(32, 'x')], everySeconds: 300 })
    const world = await startWorld({ nonce })
    const get = await start(world)
    const given = nonce.current({ resource, now: world.clock.now() / 1000 })
    world.clock.advance(300)
    const proof = { method: 'GET', url: `${resource}/events`, nonce: given, scope: 'accounts:read' }
    const headers = await world.proven(proof)
    const response = await get('/events', headers)
    expect([response.status, response.headers.get('dpop-nonce')]).toEqual([
      200,
      expect.stringMatching(/.{22,}/),
    ])
    expect((await get('/events', headers)).status).toBe(401)
  })
})
