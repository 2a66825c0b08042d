import { path } from '../authority.mjs'
import { authorization } from './authorization.mjs'

/**
 * Calls middleware as Express would, with as much of request and response as middleware for tokens reads and writes.
 *
 * @param {string} name
 * @param {Function} middleware
 * @returns {import('../measure.mjs').Contender}
 */
export function middlewareContender(name, middleware) {
  return {
    name,
    prepare: fakeRequest,
    call: (request) =>
      new Promise((resolve, reject) => {
        const refuse = () => reject(new Error(`refused by ${name}`))
        const response = { statusCode: 200, setHeader() {}, end: refuse }
        middleware(request, response, (/** @type {unknown} */ error) =>
          error ? reject(error) : resolve(undefined),
        )
      }),
  }
}

/** @param {import('../authority.mjs').Sent} sent */
function fakeRequest({ token, proof }) {
  /** @type {Record<string, string>} */
  const headers = { host: 'api.example', authorization: authorization({ token, proof }) }
  if (proof) headers['dpop'] = proof
  return {
    method: 'GET',
    url: path,
    originalUrl: path,
    protocol: 'https',
    host: 'api.example',
    headers,
    query: {},
    body: undefined,
    get: (/** @type {string} */ name) => headers[name.toLowerCase()],
    is: () => false,
  }
}
