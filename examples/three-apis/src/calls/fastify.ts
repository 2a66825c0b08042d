import { audiences, organisations } from '../registrations.js'
import { type Call, letIn, refused } from './call.js'
import { tampered } from './tokens.js'

const { clinic, unitOfClinic } = organisations

/** At the API that trusts HelseID. */
export const callsOfFastify: readonly Call[] = [
  {
    name: 'client assertion, with DPoP',
    token: ({ helseId }) => helseId.read,
    expected: letIn(`organisation ${clinic}`),
  },
  {
    name: 'the same, of many tenants',
    token: ({ helseId }) => helseId.forUnit,
    expected: letIn(`organisation ${clinic}, unit ${unitOfClinic}`),
  },
  {
    name: 'the same, for nobody',
    token: ({ helseId }) => helseId.forNobody,
    expected: refused('403 requirement_unmet', 'insufficient_scope'),
  },
  {
    name: 'POST, scope to write',
    method: 'POST',
    token: ({ helseId }) => helseId.write,
    expected: letIn(`organisation ${clinic}`, 201),
  },
  {
    name: 'POST, scope to read',
    method: 'POST',
    token: ({ helseId }) => helseId.read,
    expected: refused('403 scope_insufficient', `insufficient_scope ${audiences.fastify}/write`),
  },
  { name: 'no token', expected: refused('401 credential_missing', 'DPoP') },
  {
    name: 'tampered token',
    token: ({ helseId: { read, write } }) => tampered(read, write),
    expected: refused('401 token_signature_invalid', 'invalid_token'),
  },
  {
    name: "another API's token",
    token: ({ helseId }) => helseId.forAll,
    expected: refused('401 token_audience_mismatch', 'invalid_token'),
  },
  {
    name: "Maskinporten's token",
    token: ({ maskinporten }) => maskinporten.read,
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
