import { expressProtection } from '@portcullis/express'
import express, { type RequestHandler } from 'express'
import { describePrincipal, requirements } from '../api.js'
import { required } from '../required.js'
import { type StartServer, serve } from './running-server.js'

export const startExpress: StartServer = async (api, tls) => {
  let handled = 0
  const protection = expressProtection(api)
  const { authenticate, requires, principal } = protection
  const show: RequestHandler = (request, response) => {
    const shown = describePrincipal(principal(request))
    handled++
    response.json({ principal: shown })
  }
  const showIfPresent: RequestHandler = (request, response) => {
    const shown = describePrincipal(principal.ifPresent(request))
    handled++
    response.json({ principal: shown })
  }

  const app = express()
  if (api.metadata) app.use(protection.metadata)
  app.get('/public', requires('nothing'), showIfPresent)
  app.get('/optional', requires('optional'), showIfPresent)
  app.get('/any', requires(), show)
  app.post('/any', express.urlencoded(), requires(), show)
  app.get('/read', requires(requirements.read), show)
  app.post('/write', requires(requirements.write), show)
  app.get('/both', requires(requirements.both), show)
  app.get('/all-of', requires(requirements.allOf), show)
  app.get('/any-of', requires(requirements.anyOf), show)
  for (const [name, requirement] of Object.entries(required)) {
    app.get(`/required/${name}`, requires(requirement), show)
  }
  app.all('/all-methods', requires(requirements.read), show)
  app.get('/files/*path', requires(), show)
  app.get('/forgotten', show)
  const mounted = express.Router()
  mounted.get('/read', requires(requirements.read), show)
  mounted.get('/write', requires(requirements.write), show)
  mounted.get('/public', requires('nothing'), showIfPresent)
  mounted.get('/', requires(), show)
  app.use('/mounted', mounted)
  app.get('/final/public-before', requires('nothing'), showIfPresent)
  app.get('/final/optional-before', requires('optional'), showIfPresent)
  app.use('/final', authenticate)
  app.get('/final/any', show)
  app.get('/final/read', requires(requirements.read), show)
  app.get('/final/public', requires('nothing'), showIfPresent)
  app.get('/final/optional', requires('optional'), showIfPresent)

  return serve(app, () => handled, tls)
}
