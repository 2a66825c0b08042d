// #region sample
import { type PrincipalOf, protectedResource } from '@portcullis/core'
import { helseId, maskinporten } from '@portcullis/issuers'

export const api = protectedResource({
  resource: 'https://api.example.com',
  scopes: ['example:invoices.read'],
  issuers: [
    maskinporten({ environment: 'production' }),
    helseId({ environment: 'production', audience: 'nhn:invoices' }),
  ],
})

/** The number of the organisation whose invoices a caller may see. */
export function organisationOf(principal: PrincipalOf<typeof api>): string | undefined {
  return 'customer' in principal ? principal.customer.organisationNumber : principal.organisation.parent
}
// #endregion sample
