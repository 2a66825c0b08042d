// #region api
import { protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { auth0 } from '@portcullis/issuers'
import express, { type Express } from 'express'

/** @param overrides - for tests */
export function ordersApi(overrides: { jwksUri?: string } = {}): Express {
  const api = protectedResource({
    resource: 'https://orders.example.com',
    scopes: ['read:orders'],
    issuers: [
      auth0({
        domain: 'example.eu.auth0.com',
        audience: 'https://orders.example.com',
        profile: 'rfc9068',
        organisations: ['org_vIK75NKFvaozQsFy'],
        ...overrides,
      }),
    ],
  })
  const { requires, principal } = expressProtection(api)
  const app = express()
  app.get('/orders', requires(scope('read:orders')), (request, response) => {
    const { clientId, organisation } = principal(request)
    response.json({ clientId, organisation: organisation?.name })
  })
  return app
}
// #endregion api
