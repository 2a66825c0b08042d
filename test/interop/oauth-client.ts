import * as oauth from 'oauth4webapi'

/** Plain http is for loopback alone. */
const overHttp = { [oauth.allowInsecureRequests]: true }

/** What a token is asked for with, beyond what its client always says. */
interface TokenRequest {
  readonly scope?: string
  /** What becomes its audience; without it the authorization server decides. */
  readonly resource?: string
  /** What the token gets bound to. */
  readonly key?: oauth.DPoPHandle
}

/** A client that gets tokens for itself. */
export interface OauthClient {
  readonly server: oauth.AuthorizationServer
  token(request: TokenRequest): Promise<string>
  revoke(token: string): Promise<void>
}

export async function connectClient(
  issuer: string,
  id: string,
  authentication: oauth.ClientAuth,
): Promise<OauthClient> {
  const server = await discover(issuer)
  const client = { client_id: id }
  return {
    server,
    async token({ key, ...parameters }) {
      const options = { ...overHttp, ...(key && { DPoP: key }) }
      const request = oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, options)
      const answer = await oauth.processClientCredentialsResponse(server, client, await request)
      const expected = key ? 'dpop' : 'bearer'
      if (answer.token_type !== expected) throw new Error(`${answer.token_type} token, not ${expected}`)
      return answer.access_token
    },
    async revoke(token) {
      const request = oauth.revocationRequest(server, client, authentication, token, overHttp)
      await oauth.processRevocationResponse(await request)
    },
  }
}

/** Asks about a token, as an API would, for a signed answer (RFC 9701). */
export async function askSigned(
  server: oauth.AuthorizationServer,
  id: string,
  authentication: oauth.ClientAuth,
  token: string,
): Promise<Response> {
  const options = { ...overHttp, requestJwtResponse: true }
  return oauth.introspectionRequest(server, { client_id: id }, authentication, token, options)
}

async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const found = await oauth.discoveryRequest(new URL(issuer), overHttp)
  return oauth.processDiscoveryResponse(new URL(issuer), found)
}

/** A key of a client, to bind tokens to. */
export async function newKey(): Promise<oauth.DPoPHandle> {
  return oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
}

/** What a call carries beyond its token. */
interface CallOptions {
  readonly method?: string
  /** Makes the proof. */
  readonly key?: oauth.DPoPHandle
  readonly headers?: Readonly<Record<string, string>>
  readonly fetch?: typeof fetch
}

/** Calls an API. A refusal is an answer, too. */
export async function call(url: URL, token: string, options: CallOptions = {}): Promise<Response> {
  const { method = 'GET', key, headers, fetch: send = fetch } = options
  const how = {
    ...overHttp,
    ...(key && { DPoP: key }),
    [oauth.customFetch]: (to: string, request: object) => send(to, request),
  }
  try {
    return await oauth.protectedResourceRequest(token, method, url, new Headers(headers), null, how)
  } catch (error) {
    if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response
    throw error
  }
}

/** The same, with what the request carried. */
export async function recordedCall(url: URL, token: string, key: oauth.DPoPHandle) {
  const sent = new Headers()
  const response = await call(url, token, {
    key,
    fetch: (to, request) => {
      for (const name of ['authorization', 'dpop']) {
        sent.set(name, new Headers(request?.headers).get(name) ?? '')
      }
      return fetch(to, request)
    },
  })
  return { response, sent }
}

/** The status of an answer, and its code when it is a problem: `[401, 'token_inactive']`. */
export async function outcomeOf(response: Response): Promise<readonly [status: number, code?: string]> {
  const { code } = (await response.json()) as { code?: string }
  return code === undefined ? [response.status] : [response.status, code]
}
