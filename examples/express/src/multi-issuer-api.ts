import { jwtIssuer, type PrincipalOf, protectedResource } from '@portcullis/core'

export const api = protectedResource({
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
export function ownerOf({ issuer }: PrincipalOf<typeof api>): string {
  switch (issuer) {
    case 'https://as.example.com':
      return 'us'
    case 'https://login.partner.example/v2.0':
      return 'our partner'
  }
}
