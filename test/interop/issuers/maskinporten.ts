// #region api
import { protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { maskinporten } from '@portcullis/issuers'
import express, { type Express } from 'express'

/** @param overrides - for tests */
export function invoicesApi(overrides: { jwksUri?: string } = {}): Express {
  const api = protectedResource({
    resource: 'https://invoices.example.com',
    scopes: ['example:invoices.read'],
    issuers: [
      maskinporten({
        environment: 'production',
        delegation: { sources: ['https://www.altinn.no'] },
        ...overrides,
      }),
    ],
  })
  const { requires, principal } = expressProtection(api)
  const app = express()
  app.get('/invoices', requires(scope('example:invoices.read')), (request, response) => {
    const caller = principal(request)
    const { organisationNumber } = caller.customer
    if (organisationNumber === undefined) return void response.sendStatus(403)
    const by = caller.access === 'delegated' ? caller.supplier.id : undefined
    response.json({ invoicesOf: organisationNumber, by })
  })
  return app
}
// #endregion api
