import { jwtIssuer, protectedResource, role } from '@portcullis/core'
import { z } from 'zod'

export const api = protectedResource({
  resource: 'https://api.example.com',
  issuers: [
    jwtIssuer({
      issuer: 'https://login.partner.example',
      profile: 'jwt',
      types: ['JWT', 'absent'],
      audience: 'api://accounts',
      requiredClaims: ['org'],
      clientIdClaims: ['appid'],
      claims: z.object({ org: z.string() }),
      extend: ({ claims }) => ({ organisation: { id: claims.org } }),
      requires: role('Accounts.Service'),
      explain: ({ claims }) =>
        claims?.['aud'] === '00000003-0000-0000-c000-000000000000'
          ? 'the token is meant for Graph'
          : undefined,
    }),
  ],
})
