import { fromFetch, jwtIssuer, protectedResource, scope } from '@portcullis/core'

const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['accounts:read', 'accounts:write'],
  issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
})

export async function listAccounts(request: Request): Promise<Response> {
  try {
    const { principal, headers } = await api.authenticate(fromFetch(request), scope('accounts:read'))
    return Response.json({ caller: principal.clientId }, { headers })
  } catch (error) {
    const challenge = api.challenge(error)
    if (!challenge) throw error
    return new Response(challenge.body, challenge)
  }
}
