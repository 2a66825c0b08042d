import {
  acr,
  allOf,
  anyOf,
  check,
  details,
  jwtIssuer,
  maxAge,
  protectedResource,
  role,
  scope,
} from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import express from 'express'
import { z } from 'zod'

const contracts = new Set(['client-1'])
const revokedIds = new Set<string>()

const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['payments:read', 'payments:write'],
  authorizationDetailsTypes: ['payment_initiation'],
  issuers: [
    jwtIssuer({ issuer: 'https://as.example.com', claims: z.object({ tenant: z.enum(['north', 'south']) }) }),
  ],
  revoked: ({ claims: { jti = '' } }) => revokedIds.has(jti),
  publishMetadata: { name: 'Payments', documentation: 'https://docs.example.com/payments' },
})
const { metadata, requires, principal } = expressProtection(api)

const app = express()
app.use(metadata)

app.get('/payments', requires(anyOf(scope('payments:read'), role('auditor'))), (request, response) => {
  response.json({ tenant: principal(request).claims.tenant })
})

const mayPay = allOf(
  scope('payments:write'),
  details({ type: 'payment_initiation', actions: ['initiate'] }),
  check('contract is active', ({ clientId = '' }) => contracts.has(clientId)),
)
app.post('/payments', requires(mayPay), (_request, response) => {
  response.sendStatus(202)
})

const asSomebodyPresent = allOf(scope('payments:write'), acr('urn:example:mfa'), maxAge(300))
app.delete('/payments/:id', requires(asSomebodyPresent), (_request, response) => {
  response.sendStatus(204)
})

app.listen(3000)
