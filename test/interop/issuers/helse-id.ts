// #region api
import { protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { helseId } from '@portcullis/issuers'
import express, { type Express } from 'express'

/** @param overrides - for tests */
export function journalApi(overrides: { jwksUri?: string } = {}): Express {
  const api = protectedResource({
    resource: 'https://journal.example.com',
    scopes: ['nhn:journal/read'],
    issuers: [
      helseId({
        environment: 'production',
        audience: 'nhn:journal',
        organisationRequired: true,
        ...overrides,
      }),
    ],
  })
  const { requires, principal } = expressProtection(api)
  const app = express()
  app.get('/documents', requires(scope('nhn:journal/read')), (request, response) => {
    const { clientId, organisation } = principal(request)
    response.json({ clientId, organisation: organisation.parent })
  })
  return app
}
// #endregion api
