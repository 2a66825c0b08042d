import { auth0Own, auth0Rfc9068, clientId, trusting, user } from './auth0-dialect.js'
import { common, userCause } from './auth0-tokens.js'
import { contract } from './contract.js'
import { tells } from './preset-dialect.js'
import { forbids, ofClient } from './preset-forbids.js'
import { letsIn, refuses } from './preset-negatives.js'

contract(
  'Presets. Auth0: tokens',
  [
    ...common(auth0Own),
    letsIn(auth0Own, 'a token without gty', { claims: { gty: undefined } }, { actsFor: 'client' }),
    letsIn(auth0Own, 'an agent, by its grant', { claims: { sub: 'agent_1' } }, { actsFor: 'client' }),
    letsIn(auth0Own, 'a token without jti and nbf, as they come', { claims: { jti: undefined } }),
    forbids(
      auth0Own,
      'a user by the grant of clients',
      [ofClient],
      { claims: { ...user, gty: 'client-credentials' } },
      userCause,
    ),
    forbids(auth0Own, 'a client by another grant', [ofClient], { claims: { gty: 'password' } }),
    ...['aud', 'exp', 'iat', 'sub', 'azp'].map((name) =>
      refuses(auth0Own, `a token without ${name}`, 'token_claim_missing', { claims: { [name]: undefined } }),
    ),
    refuses(auth0Own, 'typ absent', 'token_type_unexpected', { header: { typ: undefined } }),
    refuses(
      auth0Rfc9068,
      'a token of the other profile, and tells operators',
      'token_type_unexpected',
      {},
      tells('have the RFC 9068 profile in its settings'),
    ),
    refuses(
      auth0Own,
      'an ID token, and tells operators',
      'token_claim_missing',
      { claims: { aud: clientId, azp: undefined, gty: undefined, nickname: 'a' } },
      tells('it looks like an ID token'),
    ),
    refuses(
      auth0Own,
      'an ID token with a nonce, and tells operators',
      'token_type_unexpected',
      { claims: { nonce: 'n-0S6_WzA2Mj' } },
      tells('it looks like an ID token'),
    ),
    refuses(auth0Own, 'PS256, unless it is named', 'token_algorithm_refused', ({ legacy }) => ({
      alg: 'PS256',
      header: { alg: 'PS256', kid: legacy.keys.PS256.kid },
      key: legacy.keys.PS256.privateKey,
    })),
  ],
  trusting(),
)

contract(
  'Presets. Auth0: tokens with the profile of RFC 9068',
  [
    ...common(auth0Rfc9068),
    ...['aud', 'exp', 'iat', 'sub', 'client_id', 'jti'].map((name) =>
      refuses(auth0Rfc9068, `a token without ${name}`, 'token_claim_missing', {
        claims: { [name]: undefined },
      }),
    ),
    refuses(
      auth0Own,
      'a token of the other profile, and tells operators',
      'token_type_unexpected',
      {},
      tells('have the Auth0 profile in its settings'),
    ),
  ],
  trusting({ profile: 'rfc9068' }),
)

contract(
  'Presets. Auth0: tokens with either profile',
  [
    ...[auth0Own, auth0Rfc9068].flatMap(common),
    refuses(auth0Own, 'a token that names no client', 'token_claim_invalid', {
      claims: { azp: undefined, sub: 'somebody' },
    }),
    refuses(auth0Rfc9068, 'a token that names no client', 'token_claim_invalid', {
      claims: { client_id: undefined, sub: 'somebody' },
    }),
  ],
  trusting({ profile: 'either' }),
)
