// #region api
import { protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { helseId } from '@portcullis/issuers'
import express, { type Express } from 'express'

const audience = 'nhn:helsenorge.eksternapi'

/** @param overrides - for tests */
export function tasksApi(overrides: { jwksUri?: string } = {}): Express {
  const api = protectedResource({
    resource: 'https://eksternapi.hn2.test.nhn.no',
    publicUrls: ['https://eksternapi.hn2.test.nhn.no', 'https://eksternapi-helsenett.hn2.test.nhn.no'],
    scopes: [`${audience}/oppgave`],
    issuers: [helseId({ environment: 'test', audience, organisationRequired: true, ...overrides })],
  })
  const { requires, principal } = expressProtection(api)
  const app = express()
  app.get('/oppgaver', requires(scope(`${audience}/oppgave`)), (request, response) => {
    response.json({ organisation: principal(request).organisation.parent })
  })
  return app
}
// #endregion api
