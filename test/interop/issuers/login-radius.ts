// #region api
import { protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { loginRadius } from '@portcullis/issuers'
import express, { type Express } from 'express'

/** @param jwksUri - where LoginRadius says that the keys of the application are */
export function profilesApi(jwksUri: string): Express {
  const api = protectedResource({
    resource: 'https://profiles.example.com',
    scopes: ['profile:read'],
    issuers: [
      loginRadius({
        issuer: 'https://acme.hub.loginradius.com/',
        jwksUri,
        audience: 'https://profiles.example.com',
      }),
    ],
  })
  const { requires, principal } = expressProtection(api)
  const app = express()
  app.get('/profiles', requires(scope('profile:read')), (request, response) => {
    const { actsFor, clientId } = principal(request)
    response.json({ actsFor, clientId })
  })
  return app
}
// #endregion api

// #region asking
/** @param secret - of the client that may ask */
export function profilesAsking(endpoint: string, secret: string) {
  return protectedResource({
    resource: 'https://profiles.example.com',
    issuers: [
      loginRadius({
        issuer: 'https://acme.hub.loginradius.com/',
        introspection: { endpoint, client: { id: 'profiles-api', secret } },
        audience: 'https://profiles.example.com',
      }),
    ],
  })
}
// #endregion asking
