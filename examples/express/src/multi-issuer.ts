import { jwtIssuer, type PrincipalOf, protectedResource, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import express from 'express'

// #region issuers
const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['accounts:read', 'accounts:write'],
  issuers: [
    jwtIssuer({ issuer: 'https://as.example.com' }),
    jwtIssuer({
      issuer: 'https://login.partner.example/v2.0',
      profile: 'jwt',
      audience: 'api://accounts',
      scopeClaims: ['scp', 'roles'],
    }),
  ],
})

/** Whose accounts the caller sees. A third issuer would not compile until it stands here, too. */
function ownerOf({ issuer }: PrincipalOf<typeof api>): string {
  switch (issuer) {
    case 'https://as.example.com':
      return 'us'
    case 'https://login.partner.example/v2.0':
      return 'our partner'
  }
}
// #endregion issuers

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
