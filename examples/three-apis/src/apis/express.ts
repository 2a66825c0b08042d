import { scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import express from 'express'
import type { AccountsApi } from '../accounts-api.js'

export function expressApi(api: AccountsApi) {
  const { requires, principal } = expressProtection(api)
  const app = express()

  app.get('/accounts', requires(scope('read')), (request, response) => {
    response.json({ caller: principal(request).clientId })
  })

  app.post('/accounts', requires(scope('write')), (request, response) => {
    response.status(201).json({ caller: principal(request).clientId })
  })

  return app
}
