import { applications } from '../registrations.js'
import { type Call, letIn, refused } from './call.js'
import { asBearer, tampered } from './tokens.js'

const nameOf = ({ id }: { readonly id: string }) => `application ${id.slice(0, 8)}`

/** At the API that trusts Entra ID. */
export const callsOfNest: readonly Call[] = [
  {
    name: 'shared secret',
    token: ({ entraId }) => entraId.read,
    expected: letIn(`${nameOf(applications.reader)}: Accounts.Read`),
  },
  {
    name: 'POST, role to write',
    method: 'POST',
    token: ({ entraId }) => entraId.write,
    expected: letIn(`${nameOf(applications.writer)}: Accounts.Read Accounts.Write`, 201),
  },
  {
    name: 'POST, role to read',
    method: 'POST',
    token: ({ entraId }) => entraId.read,
    expected: refused('403 requirement_unmet', 'insufficient_scope'),
  },
  {
    name: 'no role',
    token: ({ entraId }) => entraId.withoutRoles,
    expected: refused('403 requirement_unmet', 'insufficient_scope'),
  },
  { name: 'no token', expected: refused('401 credential_missing', 'Bearer') },
  {
    name: 'tampered token',
    token: ({ entraId: { read, write } }) => tampered(read, write),
    expected: refused('401 token_signature_invalid', 'invalid_token'),
  },
  {
    name: "another tenant's token",
    token: ({ entraId }) => entraId.ofAnotherTenant,
    expected: refused('401 token_issuer_untrusted', 'invalid_token'),
  },
  {
    name: "another API's token",
    token: ({ entraId }) => entraId.forAll,
    expected: refused('401 token_audience_mismatch', 'invalid_token'),
  },
  {
    name: "HelseID's token, as Bearer",
    token: ({ helseId }) => asBearer(helseId.read),
    expected: refused('401 token_issuer_untrusted', 'invalid_token'),
  },
  {
    name: "Maskinporten's token",
    token: ({ maskinporten }) => maskinporten.read,
    expected: refused('401 token_issuer_untrusted', 'invalid_token'),
  },
  {
    name: "Boruta's token",
    token: ({ boruta }) => boruta.read,
    expected: refused('401 token_malformed', 'invalid_token'),
  },
]
