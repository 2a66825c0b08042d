import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { invalidRequest, OAuthError } from './oauth-error.js'

/** The parameters of a POST (RFC 7662 §2.1). None may occur twice (RFC 6749 §3.2), none may be in the URL (§2.3.1). */
export async function readForm(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const body = await text(request)
  if (request.method !== 'POST') throw new OAuthError(405, 'invalid_request', { allow: 'POST' })
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw invalidRequest()
  }
  const entries = [...new URLSearchParams(body)]
  const form = new Map(entries)
  const inUrl = new URLSearchParams(request.url?.replace(/^[^?]*/, ''))
  if (form.size < entries.length || [...form.keys()].some((name) => inUrl.has(name))) throw invalidRequest()
  return form
}
