import { type IssuerResolver, type JwtIssuerOptions, jwtIssuer, type TrustedIssuer } from '@portcullis/core'
import { expect } from 'vitest'
import { resource } from './api.js'
import type { Kit } from './kit.js'
import type { Story } from './stories.js'

/** What the resolver of the story that is running was asked. */
const asked: string[] = []

/** Nothing else was asked of the resolver since the story began, or since the last time. */
export function expectAsked(...iss: readonly string[]): void {
  expect(asked.splice(0)).toEqual(iss)
}

/** The tenants of a story: the two authorization servers that follow RFC 9068. Always the same object for the same `iss`. */
type Tenants = Map<string, TrustedIssuer>

type Resolve = (iss: string, tenants: Tenants) => ReturnType<IssuerResolver>

/** Whom an api trusts whose tenants stand in a list. */
export function fromList(
  resolve: Resolve = (iss, tenants) => tenants.get(iss),
): NonNullable<Story['issuers']> {
  return (kit) => [resolver(resolve, kit)]
}

export function resolver(resolve: Resolve, { main, other }: Kit): IssuerResolver {
  const tenants: Tenants = new Map([main, other].map(({ issuer }) => [issuer, tenant(issuer)]))
  asked.length = 0
  return (iss) => {
    asked.push(iss)
    return resolve(iss, tenants)
  }
}

export function tenant(issuer: string, options: Partial<JwtIssuerOptions> = {}): TrustedIssuer {
  return jwtIssuer({ issuer, audience: ['accounts', resource], ...options })
}
