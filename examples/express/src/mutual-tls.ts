import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { jwtIssuer, protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import express from 'express'

const api = protectedResource({
  resource: 'https://api.example.com',
  issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
  certificate: 'socket',
})
const { requires, principal } = expressProtection(api)

const app = express()

app.get('/accounts', requires(scope('accounts:read')), (request, response) => {
  response.json({ caller: principal(request).clientId })
})

const tls = {
  key: readFileSync('server.key'),
  cert: readFileSync('server.crt'),
  requestCert: true,
  // Which clients may connect is for the token to say, not for a certificate authority. Leave this out to ask for both.
  rejectUnauthorized: false,
}
createServer(tls, app).listen(8443)
