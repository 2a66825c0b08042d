import { jwtIssuer, protectedResource } from '../../../../packages/core/dist/index.js'
import { resource } from '../../authority.mjs'
import { connectRedis } from '../../redis.mjs'

/** @param {import('../server.mjs').AppFacts} facts */
export function bearerApi({ issuer }) {
  return protectedResource({ resource, issuers: [jwtIssuer({ issuer })], onEvent: () => {} })
}

/** Clients prove for the URL that they call, without TLS. @param {import('../server.mjs').AppFacts} facts */
export async function dpopApi({ issuer, redis }) {
  const { store } = redis ? await connectRedis(redis) : {}
  return protectedResource({
    resource,
    publicUrls: ['http://127.0.0.1'],
    issuers: [jwtIssuer({ issuer })],
    dpop: { required: true, ...(store && { replayStore: store }) },
    onEvent: () => {},
  })
}
