import { createHash, randomUUID } from 'node:crypto'
import { present } from '../present.js'
import type { ClientKey, ProofAlgorithm } from './client-key.js'
import type { ProofDraft, ProofOptions } from './proof-options.js'

/** What a proof says of the client that makes it. */
export interface ProofMaker {
  readonly algorithm: ProofAlgorithm
  readonly key: ClientKey
  readonly now: () => number
}

/** A proof with all that RFC 9449 §4.2 requires, and with the differences asked for. */
export function draftProof({ algorithm, key, now }: ProofMaker, options: ProofOptions): ProofDraft {
  const { method, url, token, nonce } = options
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: withoutQuery(url),
    iat: Math.floor(now() / 1000),
    ath: token === undefined ? undefined : tokenHash(token),
    nonce,
  }
  return {
    header: present({ typ: 'dpop+jwt', alg: algorithm, jwk: key.jwk, ...options.header }),
    payload: present({ ...claims, ...options.claims }),
    alg: algorithm,
    key: options.key ?? key.privateKey,
  }
}

/** The claim `ath` of a token: RFC 9449 §4.2. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

function withoutQuery(url: string | URL): string {
  return String(url).replace(/[?#].*$/s, '')
}
