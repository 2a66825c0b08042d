import type { ResourceRequest } from './resource-request.js'

/**
 * Reads a request of the Fetch API, as Hono, Next.js and others hand it over. `Headers` joins repeated fields with a comma, so
 * there is one line for each name.
 */
export function fromFetch(request: Request): ResourceRequest {
  const { pathname, search } = new URL(request.url)
  return {
    method: request.method,
    target: pathname + search,
    header: (name) => {
      const value = request.headers.get(name)
      return value === null ? [] : [value]
    },
    raw: request,
  }
}
