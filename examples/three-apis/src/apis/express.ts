import { protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { maskinporten } from '@portcullis/issuers'
import express from 'express'
import { maskinportenScopes as scopes } from '../registrations.js'
import { customerOf } from './callers.js'
import type { Issuers } from './issuers.js'

/** Trusts Maskinporten. Whoever calls, it knows whose accounts these are: those of the customer. */
export function expressApi(resource: string, issuers: Issuers) {
  const api = protectedResource({
    resource,
    scopes: Object.values(scopes),
    issuers: [maskinporten({ environment: 'test', issuer: issuers.maskinporten, systemUsers: 'allow' })],
    clockToleranceSeconds: 0,
    // The table tells of every refusal.
    onEvent: () => {},
  })
  const { requires, principal } = expressProtection(api)
  const app = express()

  app.get('/accounts', requires(scope(scopes.read)), (request, response) => {
    response.json({ caller: customerOf(principal(request)) })
  })

  app.post('/accounts', requires(scope(scopes.write)), (request, response) => {
    response.status(201).json({ caller: customerOf(principal(request)) })
  })

  return app
}
