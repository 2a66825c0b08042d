import { maskinportenScopes, organisations } from '../registrations.js'
import { type Call, letIn, refused } from './call.js'
import { asBearer, tampered } from './tokens.js'

const { customer, vendor } = organisations

/** At the API that trusts Maskinporten. */
export const callsOfExpress: readonly Call[] = [
  {
    name: 'JWT-bearer grant',
    token: ({ maskinporten }) => maskinporten.read,
    expected: letIn(`customer ${customer}`),
  },
  {
    name: 'the same, delegated',
    token: ({ maskinporten }) => maskinporten.delegated,
    expected: letIn(`customer ${customer}, by supplier ${vendor}`),
  },
  {
    name: 'the same, for a system user',
    token: ({ maskinporten }) => maskinporten.systemUser,
    expected: letIn(`customer ${customer}, by system of ${vendor}`),
  },
  {
    name: 'POST, scope to write',
    method: 'POST',
    token: ({ maskinporten }) => maskinporten.write,
    expected: letIn(`customer ${customer}`, 201),
  },
  {
    name: 'POST, scope to read',
    method: 'POST',
    token: ({ maskinporten }) => maskinporten.read,
    expected: refused('403 scope_insufficient', `insufficient_scope ${maskinportenScopes.write}`),
  },
  { name: 'no token', expected: refused('401 credential_missing', 'Bearer') },
  {
    name: 'tampered token',
    token: ({ maskinporten: { read, write } }) => tampered(read, write),
    expected: refused('401 token_signature_invalid', 'invalid_token'),
  },
  {
    name: 'expired token',
    token: ({ maskinporten }) => maskinporten.expired,
    expected: refused('401 token_expired', 'invalid_token'),
  },
  {
    name: "another API's token",
    token: ({ maskinporten }) => maskinporten.forAnother,
    expected: refused('401 token_audience_mismatch', 'invalid_token'),
  },
  {
    name: "HelseID's token, with proof",
    token: ({ helseId }) => helseId.read,
    expected: refused('401 credential_missing', 'Bearer'),
  },
  {
    name: "HelseID's token, as Bearer",
    token: ({ helseId }) => asBearer(helseId.read),
    expected: refused('401 token_issuer_untrusted', 'invalid_token'),
  },
  {
    name: "Entra ID's token",
    token: ({ entraId }) => entraId.read,
    expected: refused('401 token_issuer_untrusted', 'invalid_token'),
  },
  {
    name: "Boruta's token",
    token: ({ boruta }) => boruta.read,
    expected: refused('401 token_malformed', 'invalid_token'),
  },
]
