// #region api
import { anyOf, protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { maskinporten } from '@portcullis/issuers'
import express, { type Express } from 'express'

const contactInformation = 'krr:global/kontaktinformasjon.read'
const digitalMail = 'krr:global/digitalpost.read'

/** @param overrides - for tests */
export function contactApi(overrides: { jwksUri?: string } = {}): Express {
  const api = protectedResource({
    resource: 'https://test.kontaktregisteret.no',
    scopes: [contactInformation, digitalMail],
    issuers: [maskinporten({ environment: 'test', ...overrides })],
  })
  const { requires, principal } = expressProtection(api)
  const app = express()
  const either = anyOf(scope(contactInformation), scope(digitalMail))
  app.post('/rest/v2/personer', requires(either), (request, response) => {
    const { scopes, customer } = principal(request)
    response.json({
      askedBy: customer.id,
      ...(scopes.has(contactInformation) && { kontaktinformasjon: {} }),
      ...(scopes.has(digitalMail) && { digital_post: {} }),
    })
  })
  return app
}
// #endregion api
