import { anyOf, type PrincipalOf, protectedResource, role, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { boruta, entraId, helseId, maskinporten } from '@portcullis/issuers'
import express from 'express'
import { atBoruta, audiences, borutaScopes, maskinportenScopes, roles, tenants } from '../registrations.js'
import { applicationOf, clientOf, customerOf, organisationOf } from './callers.js'
import type { Issuers } from './issuers.js'

/** Trusts all four, each by its own rules. A token belongs to the one that it names, and an opaque one to Boruta. */
function accountsApi(resource: string, issuers: Issuers) {
  return protectedResource({
    resource,
    issuers: [
      helseId({ environment: 'test', issuer: issuers.helseId, audience: audiences.all }),
      // Tokens that name no audience are good at every API; here they have to name this one.
      maskinporten({ environment: 'test', issuer: issuers.maskinporten, resource }),
      entraId({
        tenant: tenants.own,
        audience: audiences.allAtEntraId,
        versions: ['2.0'],
        issuer: issuers.entraId,
      }),
      // Without a cache, a token is refused as soon as it is revoked, at the price of one question for each call.
      boruta({ issuer: issuers.boruta, client: atBoruta.api, cacheSeconds: 0 }),
    ],
    onEvent: () => {},
  })
}

/** What may be done has another name in each of the dialects. */
const read = anyOf(
  scope(`${audiences.all}/read`),
  scope(maskinportenScopes.read),
  scope(borutaScopes.read),
  role(roles.read),
)

export function allFourApi(resource: string, issuers: Issuers) {
  const api = accountsApi(resource, issuers)
  const { requires, principal } = expressProtection(api)
  const app = express()

  app.get('/accounts', requires(read), (request, response) => {
    response.json({ caller: callerOf(principal(request)) })
  })

  app.post('/accounts', requires(scope(borutaScopes.write)), (request, response) => {
    response.status(201).json({ caller: callerOf(principal(request)) })
  })

  return app
}

/** The principal is what one of the four says of it: its members tell which. */
function callerOf(principal: PrincipalOf<ReturnType<typeof accountsApi>>): string {
  if ('organisation' in principal) return organisationOf(principal)
  if ('customer' in principal) return customerOf(principal)
  if ('tenantId' in principal) return applicationOf(principal)
  return clientOf(principal)
}
