import type { AddressInfo } from 'node:net'
import { expressProtection } from '@portcullis/express'
import express from 'express'
import { check, read } from './check.js'

void check(async (api) => {
  const { metadata, requires, principal } = expressProtection(api)
  const app = express()
  app.use(metadata)
  app.get('/', requires(read), (request, response) => {
    response.json({ client: principal(request).clientId })
  })
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return (server.address() as AddressInfo).port
})
