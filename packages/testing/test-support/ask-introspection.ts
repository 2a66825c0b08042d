import type { TestAuthorizationServer } from '../src/index.js'

/** How a request to the introspection endpoint differs from a good one. */
export interface Question {
  authorization?: string | undefined
  accept?: string
  form?: Record<string, string>
}

/** Id and secret as RFC 6749 §2.3.1 wants them: form-encoded, joined, base64. */
export function basic(id: string, secret: string): string {
  const [user, password] = [id, secret].map((text) => new URLSearchParams({ '': text }).toString().slice(1))
  return `Basic ${btoa(`${user}:${password}`)}`
}

/** Asks about a token, as the client that the server knows by default unless told otherwise. */
export function ask(server: TestAuthorizationServer, token: string, question: Question = {}) {
  const { id, secret } = server.introspectionClient
  const { authorization = 'authorization' in question ? undefined : basic(id, secret), accept } = question
  return fetch(server.introspectionEndpoint, {
    method: 'POST',
    headers: { ...(authorization && { authorization }), ...(accept && { accept }) },
    body: new URLSearchParams({ token, ...question.form }),
  })
}
