import { createSecretKey } from 'node:crypto'
import { audience, clientId, domain, user } from './auth0-dialect.js'
import type { Row } from './contract.js'
import { type Dialect, presented, tells } from './preset-dialect.js'
import { forbids, ofClient } from './preset-forbids.js'
import { letsIn, refuses } from './preset-negatives.js'

export const organisation = { id: 'org_vIK75NKFvaozQsFy', name: 'acme' }
const principal = {
  issuer: `https://${domain}/`,
  actsFor: 'client',
  clientId,
  subject: `${clientId}@clients`,
  audience: [audience],
  scopes: ['scope1', 'scope2'],
  permissions: [],
  organisation,
}

const userinfo = `https://${domain}/userinfo`
export const userCause = 'it is the token of a user'
const withoutAudience = 'without `audience` in its token request, a client gets such a token from Auth0'

/** What both dialects have in common. */
export function common(dialect: Dialect): readonly Row[] {
  return [
    letsIn(dialect, 'the fixture as a client of its own, for an organisation', {}, principal),
    letsIn(
      dialect,
      'a token for no organisation, where none is demanded',
      { claims: { org_id: undefined, org_name: undefined } },
      { actsFor: 'client' },
    ),
    letsIn(
      dialect,
      'permissions, which are no scopes',
      { claims: { permissions: ['read:things'] } },
      { permissions: ['read:things'], scopes: ['scope1', 'scope2'] },
    ),
    letsIn(
      dialect,
      'a client whose subject has no suffix',
      { claims: { sub: clientId } },
      { actsFor: 'client' },
    ),
    letsIn(
      dialect,
      'the userinfo endpoint as a second audience',
      { claims: { aud: [audience, userinfo] } },
      { audience: [audience, userinfo] },
    ),
    forbids(dialect, 'a token of a user, and tells operators', [ofClient], { claims: user }, userCause),
    forbids(dialect, 'a subject of which nobody can tell who it is', [ofClient], {
      claims: { sub: 'somebody', gty: undefined },
    }),
    refuses(dialect, 'another client as the subject', 'token_claim_invalid', {
      claims: { sub: 'another@clients' },
    }),
    refuses(dialect, 'permissions that are no list', 'token_claim_invalid', {
      claims: { permissions: 'read:things' },
    }),
    refuses(
      dialect,
      'the userinfo endpoint alone, and tells operators',
      'token_audience_mismatch',
      { claims: { aud: userinfo } },
      tells('it is for the userinfo endpoint alone'),
    ),
    refuses(
      dialect,
      'a token for the Management API, and tells operators',
      'token_audience_mismatch',
      { claims: { aud: `https://${domain}/api/v2/` } },
      tells('it is a token for the Management API of Auth0'),
    ),
    refuses(
      dialect,
      'a slash at the end of aud, and tells operators',
      'token_audience_mismatch',
      { claims: { aud: `${audience}/` } },
      tells('mind the slash at the end'),
    ),
    refuses(
      dialect,
      'a token of another tenant, and tells operators',
      'token_issuer_untrusted',
      { claims: { iss: 'https://other.eu.auth0.com/' } },
      tells('it is of another tenant, or of this one by another of its domains'),
    ),
    refuses(
      dialect,
      'HS256 with a secret, and tells operators',
      'token_algorithm_refused',
      {
        alg: 'HS256',
        header: { alg: 'HS256' },
        key: createSecretKey(Buffer.from('the signing secret of the API, at Auth0')),
      },
      tells('set the signing algorithm of the API at Auth0 to RS256'),
    ),
    {
      name: `${dialect.name}: refuses an opaque token, and tells operators how it comes`,
      request: (kit) => presented(kit, dialect, 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6'),
      answer: dialect.refusal('token_malformed'),
      also: tells(withoutAudience),
    },
    {
      name: `${dialect.name}: refuses an encrypted token without audience, and tells operators how it comes`,
      request: (kit) => presented(kit, dialect, 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.BBBB.CCCC'),
      answer: dialect.refusal('token_malformed'),
      also: tells(withoutAudience),
    },
  ]
}
