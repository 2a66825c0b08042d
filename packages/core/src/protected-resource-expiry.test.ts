import { describe, expect, test } from 'vitest'
import { clockAt } from '../test-support/clock.js'
import { issuer, moment, requestWith, resource, signingKey, signToken } from '../test-support/tokens.js'
import type { ProtectionEvent } from './events.js'
import { protectedResource } from './protected-resource.js'
import { jwtIssuer } from './token/jwt-issuer.js'

const key = await signingKey('ES256', 'k1')

async function admitted(clockToleranceSeconds?: number) {
  const clock = clockAt(moment)
  const events: ProtectionEvent[] = []
  const api = protectedResource({
    resource,
    issuers: [jwtIssuer({ issuer, jwks: { keys: [key.jwk] } })],
    ...(clockToleranceSeconds !== undefined && { clockToleranceSeconds }),
    now: clock.now,
    onEvent: (event) => events.push(event),
  })
  const request = requestWith(`Bearer ${await signToken(key, { exp: moment + 300 })}`)
  const { principal } = await api.authenticate(request)
  return { api, clock, events, request, principal }
}

describe('a request that outlives its token', () => {
  test('is told how many seconds are left, with the tolerance for clocks', async () => {
    const { api, clock, principal } = await admitted()
    expect(api.secondsLeft(principal)).toBe(305)
    clock.advance(299.5)
    expect(api.secondsLeft(principal)).toBe(5.5)
    clock.advance(60)
    expect(api.secondsLeft(principal)).toBe(-54.5)
    expect(api.secondsLeft({ ...principal, expiresAt: Number.POSITIVE_INFINITY })).toBe(
      Number.POSITIVE_INFINITY,
    )
  })

  test.each([0, 5, 60])(
    'is refused when it is asked about again, %i s after exp (RFC 7519 §4.1.4)',
    async (tolerance) => {
      const { api, clock, events, request } = await admitted(tolerance)
      const policy = api.routePolicy([])
      clock.advance(300 + tolerance - 0.001)
      expect(await api.admit(request, policy)).toBeDefined()
      clock.advance(0.001)
      await expect(api.admit(request, policy)).rejects.toMatchObject({
        code: 'token_expired',
        scheme: 'Bearer',
        issuer,
      })
      await expect(api.admit(request, api.routePolicy(['optional']))).rejects.toMatchObject({
        code: 'token_expired',
      })
      await expect(api.authenticate(request)).rejects.toMatchObject({ code: 'token_expired' })
      expect(events.at(-1)).toMatchObject({ type: 'rejected', code: 'token_expired', issuer })
    },
  )
})
