// #region api
import { protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { type BorutaOptions, boruta } from '@portcullis/issuers'
import express, { type Express } from 'express'

/** @param overrides - for tests */
export function accountsApi(secret: string, overrides: Partial<BorutaOptions> = {}): Express {
  const api = protectedResource({
    resource: 'https://accounts.example.com',
    scopes: ['accounts:read'],
    issuers: [
      boruta({ issuer: 'https://auth.example.com', client: { id: 'accounts-api', secret }, ...overrides }),
    ],
  })
  const { requires, principal } = expressProtection(api)
  const app = express()
  app.get('/accounts', requires(scope('accounts:read')), (request, response) => {
    const { clientId, actsFor } = principal(request)
    response.json({ clientId, actsFor })
  })
  return app
}
// #endregion api

// #region signed
/** For the name that Boruta has by default, and with answers that name the audience. */
export function accountsSigned(secret: string) {
  return protectedResource({
    resource: 'https://accounts.example.com',
    issuers: [
      boruta({
        issuer: 'boruta',
        baseUrl: 'https://auth.example.com',
        client: { id: 'accounts-api', secret },
        answers: 'jwt',
        audience: 'https://accounts.example.com',
      }),
    ],
  })
}
// #endregion signed
