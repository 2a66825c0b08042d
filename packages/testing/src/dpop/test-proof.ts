import type { KeyHolder } from '../server/access-token.js'
import { signRaw } from '../sign-raw.js'
import type { DpopClient } from './dpop-client.js'
import type { ProofDraft, ProofOptions } from './proof-options.js'

/** The request that a proof of a corpus is for. */
export interface ProofContext {
  /** Who calls: a client with the default algorithm, ES256. */
  readonly client: DpopClient
  /** In capitals, as in `GET`. */
  readonly method: string
  /** The URL of the request, with a letter in its path, in lower case: `https://api.example/v1/x`. */
  readonly url: string
  /** The access token that comes with the proof, minted for `boundTo(client)`. */
  readonly token: string
  /** The clock of the API, in milliseconds, which stands still: the corpora go to the very edges of what is accepted. */
  readonly now: () => number
  /** The nonce, if the API asks for one. */
  readonly nonce?: string | undefined
  /** Where `jku` and `x5u` point: nobody may ask there. Default: a port without a listener. */
  readonly canaryUrl?: string | undefined
}

/** One proof of a corpus. */
export interface TestProof {
  /** What is special about it, unique in its corpus: the title of a test. */
  readonly name: string
  /** The rule that it puts to the test: an id of the project's checklist of the specifications, such as `DPOP-12`. */
  readonly rule: string
  /** Whom the access token has to be minted for: mostly this client, else the holder of a key that the proof brings. */
  readonly boundTo: (client: DpopClient) => KeyHolder
  /** Makes the value of the field DPoP, or the values of all such fields, which may be none or more than one. */
  readonly make: (context: ProofContext) => string | string[]
}

/** What is wrong with a proof, in the words of Portcullis. */
export type ProofFault =
  | 'proof_missing'
  | 'proof_malformed'
  | 'confirmation_mismatch'
  | 'proof_method_mismatch'
  | 'proof_target_mismatch'
  | 'proof_token_mismatch'
  | 'proof_stale'
  | 'proof_signature_invalid'

/** A proof that must be refused. */
export interface BadProof extends TestProof {
  /** The code with which Portcullis refuses it. */
  readonly code: ProofFault
}

/** How a proof differs from the good one for its request. */
export type Changes = Pick<ProofOptions, 'claims' | 'header' | 'key'>

/** One row of a corpus. A client that stands in brings a key of its own, and the token is bound to that. */
export function testProof(
  rule: string,
  name: string,
  make: TestProof['make'],
  standIn?: DpopClient,
): TestProof {
  if (!standIn) return { name, rule, boundTo: (client) => client, make }
  return { name, rule, boundTo: () => standIn, make: (context) => make({ ...context, client: standIn }) }
}

/** The rows of a corpus for whose proofs Portcullis has one and the same answer. */
export function refusedAs(code: ProofFault, proofs: readonly TestProof[]): BadProof[] {
  return proofs.map((proof) => ({ ...proof, code }))
}

/** The good proof for this request, with these changes, not signed yet. */
export function draftFor(context: ProofContext, changes: Changes = {}): ProofDraft {
  const { client, method, url, token, nonce } = context
  const iat = presentSecond(context)
  return client.draft({ method, url, token, nonce, ...changes, claims: { iat, ...changes.claims } })
}

/** The good proof for this request, with these changes. */
export function proofFor(context: ProofContext, changes?: Changes): string {
  return signRaw(draftFor(context, changes))
}

/** The second that has begun last, by the clock of the API. */
export function presentSecond({ now }: ProofContext): number {
  return Math.floor(now() / 1000)
}

export function canaryOf({ canaryUrl = 'http://127.0.0.1:9/canary' }: ProofContext): string {
  return canaryUrl
}
