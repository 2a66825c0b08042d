import {
  type Authentication,
  jwtIssuer,
  type Principal,
  type ProtectedResourceOptions,
  protectedResource,
} from '@portcullis/core'
import { type MintOptions, startAuthorizationServer } from '@portcullis/testing'
import { afterAll } from 'vitest'

// What the tests of every adapter share: two resources that trust one authorization server, with its keys at hand.

const server = await startAuthorizationServer()
afterAll(() => server.close())

function resourceAt(resource: string, options: Pick<ProtectedResourceOptions, 'publishMetadata'> = {}) {
  return protectedResource({
    ...options,
    resource,
    scopes: ['accounts:read', 'accounts:write'],
    issuers: [jwtIssuer({ issuer: server.issuer, jwks: server.jwks })],
    onEvent: () => undefined,
  })
}

export const api = resourceAt('https://api.example.com')
export const otherApi = resourceAt('https://other.example.com')
/** `api`, but that it publishes its metadata. */
export const publishing = resourceAt(api.resource, { publishMetadata: true })
export const otherPublishing = resourceAt(`${api.resource}/other`, { publishMetadata: true })
/** Where the metadata of `publishing` is, and what it says. */
export const wellKnown = '/.well-known/oauth-protected-resource'
export const published = {
  resource: api.resource,
  authorization_servers: [server.issuer],
  scopes_supported: ['accounts:read', 'accounts:write'],
  bearer_methods_supported: ['header'],
}

/** The Authorization field of a request with a good token, by default for `api` alone and without any scope. */
export async function authorization(options: MintOptions = {}): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await server.mint({ audience: api.resource, ...options })}` }
}

/** `api`, but for how it admits a request. */
export function apiThatAdmits(admit: typeof api.admit): typeof api {
  return {
    resource: api.resource,
    metadata: api.metadata,
    authenticate: (request, ...requirement) => api.authenticate(request, ...requirement),
    authorize: (...given) => api.authorize(...given),
    challenge: (error) => api.challenge(error),
    routePolicy: (declared) => api.routePolicy(declared),
    admitted: (raw) => api.admitted(raw),
    secondsLeft: (principal) => api.secondsLeft(principal),
    ready: () => api.ready(),
    health: () => api.health(),
    close: () => api.close(),
    admit,
  }
}

/** Admits everybody, with these header fields for the response. */
export function admitting(headers: Authentication['headers']): typeof api.admit {
  return async () => ({ principal: {} as Principal, headers })
}

/** What no route can require, though a program without types may write it. */
export const wrongRequirements: readonly (readonly [what: string, given: readonly unknown[]])[] = [
  ['undefined', [undefined]],
  ['null', [null]],
  ['a string', ['accounts:read']],
  ['a list', [['accounts:read']]],
  ['a scope outside scopes', [{ kind: 'scope', scopes: ['accounts:delete'] }]],
]
