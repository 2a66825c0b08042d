import type { IncomingMessage } from 'node:http'
import type { TokenIssuer } from '../server/access-token.js'
import { introspectionEndpoint } from '../server/documents.js'
import { type HttpAnswer, jsonAnswer } from '../server/http-answer.js'
import { authenticateClient } from './authenticate-client.js'
import type { AssertionReader } from './client-assertion.js'
import type {
  AnswerHook,
  IntrospectionClient,
  IntrospectionOptions,
  IntrospectionQuestion,
  SignedAnswerChanges,
} from './introspection-options.js'
import { IssuedTokens } from './issued-tokens.js'
import { invalidRequest, OAuthError } from './oauth-error.js'
import { readForm } from './read-form.js'
import { asksForSignature, signedAnswer } from './signed-answer.js'

/** A client whose secret goes wrong in an `Authorization` field unless it is encoded first. */
export const introspectionClient = { id: 'api', secret: 'api secret: 100% +é' } as const

/** The introspection endpoint of one server (RFC 7662). */
export class Introspection {
  readonly tokens: IssuedTokens = new IssuedTokens()
  readonly signed: boolean
  readonly inMetadata: boolean
  hook: AnswerHook | undefined
  changes: SignedAnswerChanges = {}
  readonly #issuer: TokenIssuer
  readonly #reader: AssertionReader

  constructor(issuer: TokenIssuer, options: IntrospectionOptions = {}) {
    const { clients = [], signed = true, inMetadata = true } = options
    this.signed = signed
    this.inMetadata = inMetadata
    this.#issuer = issuer
    this.#reader = {
      clients: new Map(
        [introspectionClient, ...clients].map((client: IntrospectionClient) => [client.id, client]),
      ),
      audiences: [issuer.issuer, introspectionEndpoint(issuer.issuer)],
      now: () => issuer.now(),
      seen: new Set(),
    }
  }

  /** What a healthy server answers. A hook that throws makes it 500. */
  async answer(request: IncomingMessage): Promise<HttpAnswer> {
    try {
      const question = await this.#read(request)
      const right = this.tokens.introspect(question.token, this.#issuer.now())
      const answer = this.hook ? await this.hook(right, question) : right
      if (isHttpAnswer(answer)) return answer
      const sign = this.signed && asksForSignature(request.headers.accept)
      return sign ? signedAnswer(this.#issuer, question.clientId, answer, this.changes) : jsonAnswer(answer)
    } catch (error) {
      return error instanceof OAuthError
        ? error.answer
        : { ...jsonAnswer({ error: 'server_error' }), status: 500 }
    }
  }

  async #read(request: IncomingMessage): Promise<IntrospectionQuestion> {
    const form = await readForm(request)
    const clientId = await authenticateClient(request.headers.authorization, form, this.#reader)
    const token = form.get('token')
    if (!token) throw invalidRequest()
    return { token, tokenTypeHint: form.get('token_type_hint'), clientId }
  }
}

function isHttpAnswer(answer: unknown): answer is HttpAnswer {
  if (typeof answer !== 'object' || answer === null) return false
  const { status, contentType, body } = answer as Partial<Record<keyof HttpAnswer, unknown>>
  return typeof status === 'number' && typeof contentType === 'string' && typeof body === 'string'
}
