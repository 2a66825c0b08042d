import { jwtIssuer, protectedResource, type TrustedIssuer } from '@portcullis/core'

const tenants = new Map<string, TrustedIssuer>(
  ['https://north.as.example', 'https://south.as.example'].map((issuer) => [issuer, jwtIssuer({ issuer })]),
)

export const api = protectedResource({
  resource: 'https://api.example.com',
  issuers: [(iss) => tenants.get(iss)],
})
