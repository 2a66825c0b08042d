import { scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import express from 'express'
import { api, ownerOf } from './multi-issuer-api.js'

const { requires, principal } = expressProtection(api)

const app = express()

app.get('/health', (_request, response) => {
  response.send('ok')
})

app.get('/accounts', requires(scope('accounts:read')), (request, response) => {
  const caller = principal(request)
  response.json({ caller: caller.clientId, owner: ownerOf(caller) })
})

const port = Number(process.env['PORT'] ?? 3000)
app.listen(port, (error) => {
  if (error) throw error
  console.log(`Listening on http://localhost:${port}`)
})
