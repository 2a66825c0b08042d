import type { ResourceRequest } from './resource-request.js'

/** A comma after which a new field begins: what follows is a scheme or a token alone, not `name=value`. */
const betweenFields = /,[ \t]*(?=[\w!#$%&'*+.^`|~-]+(?:[ \t]|$|,|\.))/

/**
 * Reads a request of the Fetch API (Bun, Deno, Workers, Hono, Next.js).
 *
 * `Headers` joins repeated fields with a comma. They are parted again, so that two credentials stay two: a comma never
 * occurs in a token (token68, RFC 9110 §11.2) or in a proof.
 */
export function fromFetch(request: Request): ResourceRequest {
  const { pathname, search } = new URL(request.url)
  return {
    method: request.method,
    target: pathname + search,
    header: (name) => request.headers.get(name)?.split(betweenFields) ?? [],
    raw: request,
  }
}
