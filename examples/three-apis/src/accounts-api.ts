import { jwtIssuer, type PrincipalOf, protectedResource } from '@portcullis/core'

/** What all three APIs enforce. Only the resource differs: each is one of its own. */
export function accountsApi(resource: string, issuer: string) {
  return protectedResource({
    resource,
    scopes: ['read', 'write'],
    issuers: [jwtIssuer({ issuer })],
    clockToleranceSeconds: 0,
    // The table tells of every refusal.
    onEvent: () => {},
  })
}

export type AccountsApi = ReturnType<typeof accountsApi>
export type Caller = PrincipalOf<AccountsApi>
