import { jwtIssuer, protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import express from 'express'

const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['accounts:read', 'accounts:write'],
  issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
})
const { requires, principal } = expressProtection(api)

const app = express()

app.get('/health', (_request, response) => {
  response.send('ok')
})

app.get('/accounts', requires(scope('accounts:read')), (request, response) => {
  response.json({ caller: principal(request).clientId })
})

const port = Number(process.env['PORT'] ?? 3000)
app.listen(port, (error) => {
  if (error) throw error
  console.log(`Listening on http://localhost:${port}`)
})
