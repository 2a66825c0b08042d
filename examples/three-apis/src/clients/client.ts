import * as openid from 'openid-client'

/** An access token, and who got it. */
export interface Token {
  readonly value: string
  /** The token is bound to the key of this client: each call with it carries a proof (DPoP, RFC 9449). */
  readonly bound: boolean
  readonly client: Client
}

/** A call as it went over the wire: whoever sees it can send it once more. */
type Sent = readonly [url: string, request: RequestInit]

/** A service that calls APIs, with tokens for itself: no user, no redirects. */
export interface Client {
  /** Calls an API with a token. A refusal is an answer, too. */
  call(method: string, url: string, token: Token): Promise<Response>
  /** Every call of this client, the last one at the end. */
  readonly sent: readonly Sent[]
}

/** One that gets tokens. What it can ask for depends on the grant. */
export interface TokenClient<Asked = void> extends Client {
  token(scope: string, asked: Asked): Promise<Token>
}

/** Finds the endpoints of an authorization server: by OpenID Connect Discovery, or by RFC 8414. */
export function discover(
  issuer: string,
  clientId: string,
  authentication: openid.ClientAuth,
  algorithm: 'oidc' | 'oauth2' = 'oidc',
): Promise<openid.Configuration> {
  // Plain http is for loopback alone.
  const options = { execute: [openid.allowInsecureRequests], algorithm }
  return openid.discovery(new URL(issuer), clientId, undefined, authentication, options)
}

/**
 * @param grant - asks for a token
 * @param DPoP - makes the proofs, and repeats a call that was refused for want of a nonce; without it, tokens are bearer tokens
 */
export function clientOf<Asked>(
  configuration: openid.Configuration,
  grant: (scope: string, asked: Asked) => Promise<{ readonly access_token: string }>,
  DPoP?: openid.DPoPHandle,
): TokenClient<Asked> {
  const sent: Sent[] = []
  configuration[openid.customFetch] = (url, request) => {
    sent.push([url, request as RequestInit])
    return fetch(url, request as RequestInit)
  }
  const client: TokenClient<Asked> = {
    sent,
    async token(scope, asked) {
      const { access_token: value } = await grant(scope, asked)
      return { value, bound: DPoP !== undefined, client }
    },
    async call(method, url, { value, bound }) {
      const key = bound && DPoP ? { DPoP } : {}
      try {
        return await openid.fetchProtectedResource(
          configuration,
          value,
          new URL(url),
          method,
          undefined,
          undefined,
          key,
        )
      } catch (error) {
        if (error instanceof openid.WWWAuthenticateChallengeError) return error.response
        throw error
      }
    },
  }
  return client
}
