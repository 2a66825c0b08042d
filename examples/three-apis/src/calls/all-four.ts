import { applications, atBoruta, organisations } from '../registrations.js'
import { type Call, letIn, refused } from './call.js'
import { asBearer } from './tokens.js'

const clientOfBoruta = `client ${atBoruta.client.id.slice(0, 8)}`

/** A token of each authorization server. */
export const flows = {
  helseId: {
    name: "HelseID's token, with proof",
    token: ({ helseId }) => helseId.forAll,
    expected: letIn(`organisation ${organisations.clinic}, unit ${organisations.unitOfClinic}`),
  },
  maskinporten: {
    name: "Maskinporten's token",
    token: ({ maskinporten }) => maskinporten.forAll,
    expected: letIn(`customer ${organisations.customer}`),
  },
  entraId: {
    name: "Entra ID's token",
    token: ({ entraId }) => entraId.forAll,
    expected: letIn(`application ${applications.reader.id.slice(0, 8)}: Accounts.Read`),
  },
  boruta: {
    name: "Boruta's token",
    token: ({ boruta }) => boruta.read,
    expected: letIn(`${clientOfBoruta}: accounts:read`),
  },
} as const satisfies Record<string, Call>

/** At the API that trusts all four. */
export const callsOfAllFour: readonly Call[] = [
  ...Object.values(flows),
  {
    name: "POST, Boruta's scope to write",
    method: 'POST',
    token: ({ boruta }) => boruta.readWrite,
    expected: letIn(`${clientOfBoruta}: accounts:read accounts:write`, 201),
  },
  {
    name: "POST, Boruta's scope to read",
    method: 'POST',
    token: ({ boruta }) => boruta.read,
    expected: refused('403 scope_insufficient', 'insufficient_scope accounts:write'),
  },
  { name: 'no token', expected: refused('401 credential_missing', 'Bearer or DPoP') },
  {
    name: 'made-up opaque token',
    token: ({ boruta: { read } }) => ({ ...read, value: 'x'.repeat(86) }),
    expected: refused('401 token_inactive', 'invalid_token'),
  },
  {
    name: "HelseID's, as Bearer",
    token: ({ helseId }) => asBearer(helseId.forAll),
    expected: refused('401 confirmation_downgraded', 'invalid_token'),
  },
  {
    name: "HelseID's, for the Fastify API",
    token: ({ helseId }) => helseId.read,
    expected: refused('401 token_audience_mismatch', 'invalid_token'),
  },
  {
    name: "Maskinporten's, for any API",
    token: ({ maskinporten }) => maskinporten.read,
    expected: refused('401 token_audience_mismatch', 'invalid_token'),
  },
  {
    name: "Maskinporten's, of a system user",
    token: ({ maskinporten }) => maskinporten.systemUserForAll,
    expected: refused('403 requirement_unmet', 'insufficient_scope'),
  },
  {
    name: "Entra ID's, for the Nest API",
    token: ({ entraId }) => entraId.read,
    expected: refused('401 token_audience_mismatch', 'invalid_token'),
  },
]
