import { auth0 } from '@portcullis/issuers'
import { z } from 'zod'
import { both, required } from './answers.js'
import { audience, auth0Own, domain, trusting, user } from './auth0-dialect.js'
import { organisation } from './auth0-tokens.js'
import { contract } from './contract.js'
import { withToken } from './preset-dialect.js'
import { forbids, ofUser } from './preset-forbids.js'
import { letsIn, refuses } from './preset-negatives.js'

const listed = 'an organisation that is let in'
contract(
  'Presets. Auth0: organisations on a list',
  [
    letsIn(auth0Own, 'one', {}, { organisation }),
    letsIn(auth0Own, 'one without a name', { claims: { org_name: undefined } }),
    forbids(auth0Own, 'another', [listed], { claims: { org_id: 'org_another' } }),
    forbids(auth0Own, 'another by the name of one', [listed], {
      claims: { org_id: 'org_another', org_name: organisation.id },
    }),
    forbids(auth0Own, 'the name of one alone', [listed], { claims: { org_id: undefined, org_name: 'acme' } }),
    forbids(
      auth0Own,
      'none, and tells operators',
      [listed],
      { claims: { org_id: undefined } },
      'it is for no organisation',
    ),
    refuses(auth0Own, 'a list', 'token_claim_invalid', { claims: { org_id: [organisation.id] } }),
  ],
  trusting({ organisations: [organisation.id, 'org_second'] }),
)

contract(
  'Presets. Auth0: users alone',
  [
    letsIn(auth0Own, 'a user', { claims: user }, { actsFor: 'user', audience: user.aud }),
    forbids(auth0Own, 'a client, and tells operators', [ofUser], {}, 'it is the token of a client'),
  ],
  trusting({ mode: 'user' }),
)

contract(
  'Presets. Auth0: clients and users',
  [
    letsIn(auth0Own, 'a user', { claims: user }, { actsFor: 'user' }),
    letsIn(auth0Own, 'a client', {}, { actsFor: 'client' }),
    letsIn(
      auth0Own,
      'a subject of which nobody can tell who it is',
      { claims: { sub: 'somebody', gty: undefined } },
      { actsFor: 'unknown' },
    ),
  ],
  trusting({ mode: 'any' }),
)

contract(
  'Presets. Auth0: permissions that are scopes, PS256, and several domains',
  [
    letsIn(
      auth0Own,
      'both in one',
      { claims: { permissions: ['accounts:read', 'read:things'] } },
      { scopes: ['scope1', 'scope2', 'accounts:read', 'read:things'] },
    ),
    letsIn(auth0Own, 'a custom domain', { claims: { iss: 'https://login.example.com/' } }),
    {
      name: 'Auth0: lets in PS256',
      request: (kit) =>
        withToken(auth0Own, {
          alg: 'PS256',
          header: { alg: 'PS256', kid: kit.legacy.keys.PS256.kid },
          key: kit.legacy.keys.PS256.privateKey,
        })(kit),
      answer: { passes: {} },
    },
  ],
  {
    issuers: ({ legacy }) => [
      auth0({
        domains: [domain, 'login.example.com'],
        audience,
        jwks: legacy.jwks,
        algorithms: ['PS256', 'RS256'],
        permissionsAreScopes: true,
      }),
    ],
  },
)

/** A server that speaks the dialect, by its own name and with its own metadata. */
const another = { ...auth0Own, keysOf: 'other' as const }
contract(
  'Presets. Auth0: another issuer',
  [
    {
      ...letsIn(another, 'a token of the issuer that is named instead', {}),
      request: (kit) => withToken(another, { claims: { iss: kit.other.issuer } })(kit),
    },
    refuses(another, 'a token of the domain', 'token_issuer_untrusted', {}),
  ],
  { issuers: ({ other }) => [auth0({ domain, audience, issuer: other.issuer })] },
)

const bound = { ...auth0Own, name: 'Auth0, DPoP', scheme: 'DPoP', refusal: both.dpop } as const
const asBearer = { ...auth0Own, refusal: both.bearer }
const cnf = { jkt: 'aoezvIe32RdFpTP4FIxwBYb6VGX0dp3ecvoVjFkdXQk' }

contract(
  'Presets. Auth0: tokens that may be bound to a key',
  [
    letsIn(bound, 'a token with a proof', {}, { scheme: 'DPoP' }),
    letsIn(auth0Own, 'a bearer token', {}, { scheme: 'Bearer' }),
    refuses(asBearer, 'a bound token as a bearer token', 'confirmation_downgraded', { claims: { cnf } }),
  ],
  trusting({ dpop: {} }),
)

contract(
  'Presets. Auth0: tokens that have to be bound to a key',
  [
    letsIn(bound, 'a token with a proof', {}, { scheme: 'DPoP' }),
    refuses({ ...auth0Own, refusal: required.bearer }, 'a bearer token', 'confirmation_required', {}),
  ],
  trusting({ dpop: { required: true } }),
)

contract(
  'Presets. Auth0: a schema of the API that makes others of the claims',
  [
    letsIn(auth0Own, 'an organisation on the list', {}, { organisation }),
    forbids(auth0Own, 'another', [listed], { claims: { org_id: 'org_another' } }),
  ],
  trusting({
    organisations: [organisation.id],
    claims: z.object({}).transform(() => ({ org_id: organisation.id, org_name: 'somebody' })),
  }),
)
