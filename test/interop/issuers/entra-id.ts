// #region api
import { protectedResource, role } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { entraId } from '@portcullis/issuers'
import express, { type Express } from 'express'

/** @param overrides - for tests */
export function reportsApi(overrides: { jwksUri?: string } = {}): Express {
  const api = protectedResource({
    resource: 'https://reports.example.com',
    issuers: [
      entraId({
        tenant: '8eaef023-2b34-4da1-9baa-8bc8c9d6a490',
        audience: ['00001111-aaaa-2222-bbbb-3333cccc4444', 'api://00001111-aaaa-2222-bbbb-3333cccc4444'],
        ...overrides,
      }),
    ],
  })
  const { requires, principal } = expressProtection(api)
  const app = express()
  app.get('/reports', requires(role('Reports.Read.All')), (request, response) => {
    const { clientId, tenantId } = principal(request)
    response.json({ clientId, tenantId })
  })
  return app
}
// #endregion api
