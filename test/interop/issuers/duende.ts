// #region api
import { type IntrospectionClient, protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { duende } from '@portcullis/issuers'
import express, { type Express } from 'express'

/** @param client - the API resource and its secret, for reference tokens */
export function invoicesApi(authority: string, client: IntrospectionClient): Express {
  const api = protectedResource({
    resource: 'https://invoices.example.com',
    scopes: ['invoices.read'],
    issuers: [duende({ authority, audience: 'invoices', referenceTokens: { client } })],
  })
  const { requires, principal } = expressProtection(api)
  const app = express()
  app.get('/invoices', requires(scope('invoices.read')), (request, response) => {
    const { clientId, clientClaims } = principal(request)
    response.json({ clientId, tenant: clientClaims['tenant'] })
  })
  return app
}
// #endregion api
