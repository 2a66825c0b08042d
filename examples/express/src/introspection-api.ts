import { introspectionIssuer, jwtIssuer, protectedResource } from '@portcullis/core'

export const api = protectedResource({
  resource: 'https://api.example.com',
  issuers: [
    jwtIssuer({ issuer: 'https://as.example.com' }),
    introspectionIssuer({
      issuer: 'https://legacy.example',
      client: { id: 'accounts-api', secret: process.env['INTROSPECTION_SECRET'] ?? '' },
    }),
  ],
})
