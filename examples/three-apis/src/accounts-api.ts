import { randomBytes } from 'node:crypto'
import {
  type DpopOptions,
  jwtIssuer,
  type PrincipalOf,
  protectedResource,
  rotatingNonce,
} from '@portcullis/core'

/** Only whoever holds the key of a token may use it, every proof works once, and carries a nonce of the API. */
export const withDpop: DpopOptions = {
  required: true,
  nonce: rotatingNonce({ secrets: [randomBytes(32)] }),
}

/** What all three APIs enforce, but for DPoP. Only the resource differs: each is one of its own. */
export function accountsApi(resource: string, issuer: string, dpop?: DpopOptions) {
  return protectedResource({
    resource,
    scopes: ['read', 'write'],
    issuers: [jwtIssuer({ issuer })],
    ...(dpop && { dpop }),
    clockToleranceSeconds: 0,
    // The table tells of every refusal.
    onEvent: () => {},
  })
}

export type AccountsApi = ReturnType<typeof accountsApi>
export type Caller = PrincipalOf<AccountsApi>
