import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import type { Identity } from './identities.js'

/** A request as it went over the wire, and what came back. */
interface Exchange {
  readonly authorization: string | null
  readonly proof: string | null
  /** The claim `nonce` of the proof. */
  readonly nonce: string | undefined
  readonly status: number
  readonly newNonce: string | null
}

/** A client with a key of its own, and with a token bound to it. */
export interface DpopCaller {
  /** Calls as an application would: a nonce that the server wants is the business of the client. A refusal is an answer, too. */
  call(method: string, url: string): Promise<Response>
  /** What went over the wire to APIs, the last request at the end. */
  readonly exchanges: readonly Exchange[]
}

export type ConnectCaller = (issuer: string, identity: Identity, resource: string) => Promise<DpopCaller>

/** Libraries that make proofs and look after nonces by themselves. */
export const libraries: readonly (readonly [name: string, connect: ConnectCaller])[] = [
  ['openid-client', withOpenidClient],
  ['oauth4webapi', withOauth4webapi],
]

/** Repeats a request by itself when a nonce is asked for. */
async function withOpenidClient(
  issuer: string,
  { registration, authentication }: Identity,
  resource: string,
): Promise<DpopCaller> {
  const insecure = { execute: [openid.allowInsecureRequests] }
  const id = registration.client_id
  const client = await openid.discovery(new URL(issuer), id, undefined, authentication, insecure)
  const DPoP = openid.getDPoPHandle(client, await openid.randomDPoPKeyPair('ES256'))
  const { access_token } = await openid.clientCredentialsGrant(client, { scope: 'read', resource }, { DPoP })
  const { exchanges, fetch } = recorder()
  client[openid.customFetch] = (url, request) => fetch(url, request as RequestInit)
  return {
    exchanges,
    call: (method, url) =>
      refusalAsAnswer(
        openid.fetchProtectedResource(client, access_token, new URL(url), method, undefined, undefined, {
          DPoP,
        }),
      ),
  }
}

/** Remembers nonces; to repeat a request is left to its user, as its documentation shows. */
async function withOauth4webapi(
  issuer: string,
  { registration, authentication }: Identity,
  resource: string,
): Promise<DpopCaller> {
  const insecure = { [oauth.allowInsecureRequests]: true }
  const client = { client_id: registration.client_id }
  const found = await oauth.discoveryRequest(new URL(issuer), insecure)
  const server = await oauth.processDiscoveryResponse(new URL(issuer), found)
  const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'))
  const options = { ...insecure, DPoP }
  const parameters = { scope: 'read', resource }
  const answer = oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, options)
  const { access_token } = await oauth.processClientCredentialsResponse(server, client, await answer)
  const { exchanges, fetch } = recorder()
  const once = (method: string, url: string) =>
    oauth.protectedResourceRequest(access_token, method, new URL(url), undefined, null, {
      ...options,
      [oauth.customFetch]: (to: string, request) => fetch(to, request as RequestInit),
    })
  const call = (method: string, url: string) =>
    once(method, url).catch((error: unknown) => {
      if (oauth.isDPoPNonceError(error)) return once(method, url)
      throw error
    })
  return { exchanges, call: (method, url) => refusalAsAnswer(call(method, url)) }
}

function recorder() {
  const exchanges: Exchange[] = []
  const recording = async (url: string, request: RequestInit): Promise<Response> => {
    const sent = new Headers(request.headers)
    const response = await fetch(url, request)
    const proof = sent.get('dpop')
    exchanges.push({
      authorization: sent.get('authorization'),
      proof,
      nonce: nonceIn(proof ?? ''),
      status: response.status,
      newNonce: response.headers.get('dpop-nonce'),
    })
    return response
  }
  return { exchanges, fetch: recording }
}

function nonceIn(proof: string): string | undefined {
  const [, payload = ''] = proof.split('.')
  const { nonce } = JSON.parse(Buffer.from(payload, 'base64url').toString() || '{}') as { nonce?: string }
  return nonce
}

async function refusalAsAnswer(call: Promise<Response>): Promise<Response> {
  try {
    return await call
  } catch (error) {
    if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response
    if (error instanceof openid.WWWAuthenticateChallengeError) return error.response
    throw error
  }
}
