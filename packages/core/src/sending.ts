import type { CertificatePolicy } from './confirmation/client-certificate.js'
import type { SenderContext } from './confirmation/confirm-sender.js'
import type { DpopPolicy } from './confirmation/dpop-options.js'
import type { ProofHeaders } from './confirmation/proof-headers.js'
import type { Credential } from './credential/credential.js'
import type { ResourceRequest } from './request/resource-request.js'
import { targetUris } from './request/target-uri.js'
import type { BoundIssuer } from './token/bind-issuer.js'

/** What is the same for all who send something to a resource. */
export interface SendingTo {
  readonly resource: string
  readonly publicUrls: readonly string[]
  readonly certificate: CertificatePolicy | undefined
  readonly proofHeaders: ProofHeaders
}

/** What a sender came with. Most is asked for only when the token is bound to a key. */
export class Sending implements SenderContext {
  readonly request: ResourceRequest
  readonly credential: Credential
  readonly tokenHash: string
  /** Of the token. */
  readonly issuer: BoundIssuer
  readonly #to: SendingTo

  constructor(
    request: ResourceRequest,
    credential: Credential,
    tokenHash: string,
    issuer: BoundIssuer,
    to: SendingTo,
  ) {
    this.request = request
    this.credential = credential
    this.tokenHash = tokenHash
    this.issuer = issuer
    this.#to = to
  }

  get targets(): readonly string[] {
    return targetUris(this.#to.publicUrls, this.request.target)
  }

  get resource(): string {
    return this.#to.resource
  }

  get certificate(): CertificatePolicy | undefined {
    return this.#to.certificate
  }

  get proofHeaders(): ProofHeaders {
    return this.#to.proofHeaders
  }

  get dpop(): DpopPolicy | undefined {
    return this.issuer.dpop
  }

  get now(): number {
    return this.issuer.now()
  }
}
