import type {
  DpopClient,
  ProofAlgorithm,
  ProofDraft,
  TestAuthorizationServer,
  TokenDraft,
} from '@portcullis/testing'
import { signRaw } from '@portcullis/testing'

/** In what a request differs from a good one. Whatever is left out stays good. */
export interface Change {
  /** Unique: what changes, and how. */
  readonly name: string
  /** No two changes of one slot meet in a request: one would undo the other, or make it good again. */
  readonly slot: Slot
  /** Meets no other change. */
  readonly alone?: true
  readonly method?: string
  readonly url?: string
  /** The algorithm, and so the key, of the client. */
  readonly algorithm?: ProofAlgorithm
  /** The key that the token is bound to, where the proof brings one that is not the client's. */
  readonly boundTo?: (client: DpopClient) => { readonly thumbprint: string }
  readonly token?: (draft: TokenDraft) => Partial<TokenDraft>
  readonly tokenText?: (token: string) => string
  readonly authorization?: (token: string) => string | undefined
  readonly header?: Members
  readonly claims?: Members
  readonly headerText?: (json: string) => string
  readonly claimsText?: (json: string) => string
  readonly proofText?: (proof: string) => string
  /** Makes the fields DPoP, whatever else is said of the proof. */
  readonly proofs?: (context: RequestContext) => string | string[]
  /** The request is made a second time, and that one is judged. */
  readonly twice?: true
}

export type Slot =
  | 'method'
  | 'target'
  | 'key'
  | 'typ'
  | 'header'
  | 'jti'
  | 'ath'
  | 'iat'
  | 'exp'
  | 'nbf'
  | 'claims'
  | 'text'
  | 'signature'
  | 'proof'
  | 'scheme'
  | 'cnf'
  | 'token'
  | 'use'

/** Members of an object, which differ from the good ones. Undefined: none such. */
export type Members = (context: RequestContext) => Readonly<Record<string, unknown>>

/** The good request. */
export interface RequestContext {
  readonly client: DpopClient
  readonly method: string
  readonly url: string
  readonly token: string
  readonly now: () => number
}

/** Whether all of them can be made to one request. */
export function fitTogether(changes: readonly Change[]): boolean {
  if (changes.length > 1 && changes.some(({ alone }) => alone)) return false
  const slots = changes.map(({ slot }) => slot)
  if (new Set(slots).size < slots.length) return false
  // A proof that is made as a whole leaves nothing of what else is said of the proof, and may play with the URL.
  return !slots.includes('proof') || changes.filter(concernsProof).length === 1
}

const concerns = [
  'proofs',
  'algorithm',
  'header',
  'claims',
  'headerText',
  'claimsText',
  'proofText',
  'url',
] as const

function concernsProof(change: Change): boolean {
  return concerns.some((part) => part in change)
}

export interface Surroundings {
  readonly server: TestAuthorizationServer
  readonly clients: Readonly<Record<ProofAlgorithm, DpopClient>>
  readonly now: () => number
}

/** A request with these changes. Each call makes another one, with a proof of its own. */
export function requestWith(changes: readonly Change[], { server, clients, now }: Surroundings): Request {
  const all: Omit<Change, 'name' | 'slot'> = Object.assign({}, ...changes)
  const client = clients[all.algorithm ?? 'ES256']
  const { method = 'GET', url = 'https://api.example/v1/x' } = all
  const boundTo = (all.boundTo ?? (() => client))(client)
  const token = tokenWith(changes, server.draft({ boundTo }))
  const context: RequestContext = { client, method, url, token, now }
  const headers = new Headers()
  const authorization = all.authorization ? all.authorization(token) : `DPoP ${token}`
  if (authorization !== undefined) headers.set('authorization', authorization)
  for (const proof of [all.proofs?.(context) ?? proofWith(changes, context)].flat())
    headers.append('dpop', proof)
  return new Request(url, { method, headers })
}

/** An access token with these changes. */
export function tokenWith(changes: readonly Change[], good: TokenDraft): string {
  const draft: TokenDraft = { ...good }
  for (const { token } of changes) Object.assign(draft, token?.(draft))
  return changes.reduce((made, { tokenText }) => tokenText?.(made) ?? made, signRaw(draft))
}

function proofWith(changes: readonly Change[], context: RequestContext): string | string[] {
  const merged = (part: 'header' | 'claims') =>
    Object.assign({}, ...changes.map((change) => change[part]?.(context)))
  const draft: ProofDraft = context.client.draft({
    ...context,
    header: merged('header'),
    claims: merged('claims'),
  })
  const text = (part: 'headerText' | 'claimsText', members: object) =>
    changes.reduce((made, change) => change[part]?.(made) ?? made, JSON.stringify(members))
  const header = text('headerText', draft.header)
  const payload = text('claimsText', draft.payload)
  const proof = signRaw({ ...draft, header, payload })
  return changes.reduce((made, { proofText }) => proofText?.(made) ?? made, proof)
}
