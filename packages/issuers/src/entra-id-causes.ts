import type { Explain, RefusedToken } from '@portcullis/core'
import { type Cause, causes, hasClaim, isUnmet, textOf } from './causes.js'
import { type EntraIdVersion, isRole, whomEntraIdTokenActsFor } from './entra-id-claims.js'
import { idTokenCause } from './id-token.js'

/** What is trusted. */
interface EntraIdTrust {
  readonly tenants: readonly string[]
  readonly versions: readonly EntraIdVersion[]
  /** What one tenant and version are called in place of their own name. */
  readonly issuer: string | undefined
  readonly mode: 'app' | 'user' | 'any'
  /** Whether the clients are on a list. */
  readonly isListed: boolean
}

/** The likely causes of what is refused. */
export function entraIdCauses(trust: EntraIdTrust): Explain {
  return causes(...ofOthers, ...ofIssuers(trust), ofClaims(trust), ...ofTokens, ...ofRequirements(trust))
}

/** Microsoft Graph, in the two ways in which tokens name it. */
const graph: ReadonlySet<string> = new Set([
  '00000003-0000-0000-c000-000000000000',
  'https://graph.microsoft.com',
])

const ofOthers: readonly Cause[] = [
  [
    (refused) => graph.has(textOf(refused, 'aud').replace(/\/$/, '')) || hasNonce(refused),
    'it is a token for Microsoft Graph or another API of Microsoft, which nobody else can verify: a client asks for a scope of this API, such as api://<its client id>/.default',
  ],
  [
    (refused) => template.test(textOf(refused, 'iss')),
    'iss is the template in the metadata of /common and /organizations: tokens name a tenant in its place, and so does the configuration',
  ],
]

/** Of a token with a nonce in its header, another header is signed than the one that is sent. */
function hasNonce(refused: RefusedToken): boolean {
  return Object.hasOwn(refused.header ?? {}, 'nonce') && hasClaim(refused, 'tid')
}

const template = /^https:\/\/login\.microsoftonline\.com\/(?:\{tenantid\}|common|organizations|consumers)\//

function ofIssuers({ tenants, versions }: EntraIdTrust): readonly Cause[] {
  const isOf = (wanted: EntraIdVersion) => (refused: RefusedToken) => {
    const [tenant = '', version] = namedBy(refused)
    return isUntrusted(refused) && tenants.includes(tenant) && version === wanted
  }
  return [
    !versions.includes('1.0') && [
      isOf('1.0'),
      'it is a v1.0 token, and v2.0 alone is trusted: set requestedAccessTokenVersion to 2 in the manifest of the API, or let versions name 1.0 too',
    ],
    !versions.includes('2.0') && [
      isOf('2.0'),
      'it is a v2.0 token, and v1.0 alone is trusted: requestedAccessTokenVersion is 2 in the manifest of the API, so let versions name 2.0 too',
    ],
    [
      (refused) => {
        const [tenant] = namedBy(refused)
        return isUntrusted(refused) && tenant !== undefined && !tenants.includes(tenant)
      },
      'it is of a tenant that is not configured',
    ],
  ]
}

function isUntrusted({ code }: RefusedToken): boolean {
  return code === 'token_issuer_untrusted'
}

const forms: readonly (readonly [form: RegExp, version: EntraIdVersion])[] = [
  [/^https:\/\/login\.microsoftonline\.com\/([\da-f-]{36})\/v2\.0$/, '2.0'],
  [/^https:\/\/sts\.windows\.net\/([\da-f-]{36})\/$/, '1.0'],
]

/** The tenant and the version that `iss` names. */
function namedBy(refused: RefusedToken): readonly [tenant?: string, version?: EntraIdVersion] {
  const [found] = forms.flatMap(([form, version]) => {
    const [, tenant] = form.exec(textOf(refused, 'iss')) ?? []
    return tenant === undefined ? [] : [[tenant, version] as const]
  })
  return found ?? []
}

/** @see entraIdClaims */
function ofClaims({ tenants, versions, issuer }: EntraIdTrust): Cause {
  const differs = (refused: RefusedToken) => {
    const isRenamed = issuer !== undefined && textOf(refused, 'iss') === issuer
    const [tenant, version] = isRenamed ? [tenants[0], versions[0]] : namedBy(refused)
    return tenant !== undefined && (textOf(refused, 'tid') !== tenant || textOf(refused, 'ver') !== version)
  }
  return [
    (refused) => refused.code === 'token_claim_invalid' && differs(refused),
    'tid has to be the tenant that iss names, and ver the version',
  ]
}

const ofTokens: readonly Cause[] = [
  idTokenCause(['azp', 'appid']),
  [
    ({ code }) => code === 'token_audience_mismatch',
    'v2.0 tokens always name the client id of the API, v1.0 tokens the App ID URI just as the client wrote it, with or without a slash at the end',
  ],
  [
    ({ code }) => code === 'token_key_unknown',
    'keys of other tenants are left out; an API with claims mapping has keys of its own: see jwksUri, with ?appid=<its client id>',
  ],
]

function ofRequirements({ mode, isListed }: EntraIdTrust): readonly Cause[] {
  return [
    mode === 'app' && [
      (refused) => isUnmet(refused) && hasClaim(refused, 'scp'),
      'it is the token of a user (scp), and mode: app lets in applications alone',
    ],
    mode === 'user' && [
      (refused) => isUnmet(refused) && !hasClaim(refused, 'scp'),
      'it is the token of an application (no scp), and mode: user lets in users alone',
    ],
    !isListed && [
      (refused) => lacksRight(refused) && isOfApplication(refused) && !hasRole(refused),
      'it has no roles: every application of the tenant gets such tokens, until an app role of the API is assigned to it and an administrator consents',
    ],
  ]
}

function isOfApplication({ claims = {} }: RefusedToken): boolean {
  return whomEntraIdTokenActsFor(claims) === 'client'
}

function hasRole({ claims }: RefusedToken): boolean {
  return [claims?.['roles'] ?? []].flat().some(isRole)
}

/** Where a route wants a scope or a role, it is the scope that is told of: applications have none. */
function lacksRight(refused: RefusedToken): boolean {
  return isUnmet(refused) || refused.code === 'scope_insufficient'
}
