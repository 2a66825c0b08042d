import { jwtIssuer, protectedResource } from '@portcullis/core'

export const api = protectedResource({
  resource: 'https://api.example.com',
  publicUrls: ['https://api.example.com', 'https://gateway.example/accounts-api'],
  issuers: [jwtIssuer({ issuer: 'https://as.example.com' })],
  dpop: {},
  certificate: { header: 'Client-Cert', format: 'rfc9440', proxies: ['10.0.0.0/8'] },
})
