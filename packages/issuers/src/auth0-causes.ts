import type { Explain, RefusedToken } from '@portcullis/core'
import type { Auth0Profile } from './auth0-claims.js'
import { type Cause, causes, hasClaim, isUnmet, textOf } from './causes.js'
import { idTokenCause } from './id-token.js'

/** What is trusted. */
interface Auth0Trust {
  readonly profile: Auth0Profile
  readonly mode: 'm2m' | 'user' | 'any'
  /** Whether the organisations are on a list. */
  readonly isListed: boolean
}

/** The likely causes of what is refused. */
export function auth0Causes(trust: Auth0Trust): Explain {
  return causes(...ofForms, ...ofTokens, ...ofProfiles(trust), ...ofRequirements(trust))
}

const ofForms: readonly Cause[] = [
  [
    ({ form }) => form === 'opaque' || form === 'encrypted',
    'without `audience` in its token request, a client gets such a token from Auth0, which is for the userinfo endpoint alone; so it does where the API has encryption on',
  ],
  [
    ({ code, header }) => code === 'token_algorithm_refused' && /^HS\d+$/.test(String(header?.['alg'])),
    'whoever verifies HS256 can also sign with it: set the signing algorithm of the API at Auth0 to RS256',
  ],
]

const ofTokens: readonly Cause[] = [
  [
    (refused) => isFor(refused, '/api/v2/'),
    'it is a token for the Management API of Auth0, and opaque to everyone else: a client asks for the audience of this API',
  ],
  [
    (refused) => isFor(refused, '/userinfo'),
    'it is for the userinfo endpoint alone: a client asks for the audience of this API',
  ],
  idTokenCause(['azp', 'client_id']),
  [
    (refused) =>
      refused.code === 'token_issuer_untrusted' &&
      /^https:\/\/[^/]+\.auth0\.com\/$/.test(textOf(refused, 'iss')),
    'it is of another tenant, or of this one by another of its domains: each of them is an issuer, see domains',
  ],
]

function isFor({ code, claims }: RefusedToken, path: string): boolean {
  const audience: readonly unknown[] = [claims?.['aud']].flat()
  return (
    code === 'token_audience_mismatch' &&
    audience.some((one) => typeof one === 'string' && one.startsWith('https://') && one.endsWith(path))
  )
}

function ofProfiles({ profile }: Auth0Trust): readonly Cause[] {
  return [
    profile === 'auth0' && [
      (refused) => isOfType(refused, 'at+jwt'),
      'the tokens of the API have the RFC 9068 profile in its settings at Auth0; see profile',
    ],
    profile === 'rfc9068' && [
      (refused) => isOfType(refused, 'jwt'),
      'the tokens of the API have the Auth0 profile in its settings at Auth0; see profile',
    ],
  ]
}

function isOfType({ code, header }: RefusedToken, type: string): boolean {
  return code === 'token_type_unexpected' && String(header?.['typ']).toLowerCase() === type
}

function ofRequirements({ mode, isListed }: Auth0Trust): readonly Cause[] {
  return [
    mode === 'm2m' && [
      (refused) => isUnmet(refused) && textOf(refused, 'sub').includes('|'),
      'it is the token of a user, and mode: m2m lets in clients alone',
    ],
    mode === 'user' && [
      (refused) => isUnmet(refused) && textOf(refused, 'sub').endsWith('@clients'),
      'it is the token of a client, and mode: user lets in users alone',
    ],
    isListed && [
      (refused) => isUnmet(refused) && !hasClaim(refused, 'org_id'),
      'it is for no organisation: a client names one in its token request',
    ],
  ]
}
