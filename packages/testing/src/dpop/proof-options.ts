import type { PrivateKey } from '../sign-raw.js'
import type { ProofAlgorithm } from './client-key.js'

/** What a proof is for, and how it differs from a good one. */
export interface ProofOptions {
  /** The method of the request: `htm`. */
  method: string
  /** The URL of the request: without its query and its fragment, and otherwise as it stands, it becomes `htu`. */
  url: string | URL
  /** The access token that goes with the proof: its hash becomes `ath`. Default: none, as at a token endpoint. */
  token?: string | undefined
  /** The nonce that the server asked for (RFC 9449 §8 and §9). Default: no such claim. */
  nonce?: string | undefined
  /** Another private key, which must fit the algorithm; `jwk` remains the client's own. */
  key?: PrivateKey
  /** Laid over the claims; a member that is `undefined` removes the claim. */
  claims?: Readonly<Record<string, unknown>>
  /** Laid over the header; a member that is `undefined` removes the parameter. */
  header?: Readonly<Record<string, unknown>>
}

/** A proof that is not signed yet, in the form that `signRaw` takes. */
export interface ProofDraft {
  header: Record<string, unknown>
  payload: Record<string, unknown>
  alg: ProofAlgorithm
  key: PrivateKey
}

/** The two header fields of a request under DPoP: RFC 9449 §7.1. */
export interface DpopHeaders {
  authorization: string
  dpop: string
}
