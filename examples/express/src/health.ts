import { jwtIssuer, protectedResource } from '@portcullis/core'
import express from 'express'

const api = protectedResource({
  resource: 'https://api.example.com',
  issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
  onEvent: (event) => console.log(JSON.stringify(event)),
})

const app = express()

// Ready once every issuer was reached. Not a liveness probe: a restart mends no authorization server.
app.get('/ready', async (_request, response) => {
  const ready = await api.ready().then(
    () => true,
    () => false,
  )
  response.status(ready ? 200 : 503).json(api.health())
})

const server = app.listen(3000)
process.once('SIGTERM', () => {
  api.close()
  server.close()
})
