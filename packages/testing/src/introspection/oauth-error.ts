import { type HttpAnswer, jsonAnswer } from '../server/http-answer.js'

/** Why a request is refused, by RFC 6749 §5.2. */
export class OAuthError extends Error {
  readonly answer: HttpAnswer

  constructor(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
    super(code)
    this.answer = { ...jsonAnswer({ error: code }, headers), status }
  }
}

export const invalidRequest = (): OAuthError => new OAuthError(400, 'invalid_request')

export const invalidClient = (): OAuthError =>
  new OAuthError(401, 'invalid_client', { 'www-authenticate': 'Basic realm="introspection"' })
