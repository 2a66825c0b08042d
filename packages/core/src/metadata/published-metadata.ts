import { metadataUrl } from './protected-resource-metadata.js'

/** An answer that an adapter sends as it is. */
export interface MetadataAnswer {
  readonly status: 200 | 204 | 405
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The metadata of a resource, and where it is served: RFC 9728. */
export interface PublishedMetadata {
  /** Where clients find it; every challenge names it as `resource_metadata`. */
  readonly url: string
  /** The path of that URL: a route for it belongs at the root of the host, outside of every prefix. */
  readonly path: string
  readonly document: Readonly<Record<string, unknown>>
  /** Whether a request target asks for it: a path and a query, or a whole URL (RFC 9112 §3.2.2), whose host is not looked at. */
  isAt(target: string): boolean
  /** The answer to a request for it, by its method. Everyone may read it, scripts of other origins included. */
  answer(method: string): MetadataAnswer
}

/** How long the metadata may be kept, in seconds. */
const maxAge = 3600

/** Of a request target in absolute form. */
const schemeAndHost = /^https?:\/\/[^/?#]*/i

/** For scripts of any origin: Fetch Standard, CORS protocol. */
const anyOrigin = { 'access-control-allow-origin': '*' }

export function publishedMetadata(
  resource: string,
  document: Readonly<Record<string, unknown>>,
): PublishedMetadata {
  const url = metadataUrl(resource)
  const { pathname: path, search } = new URL(url)
  const found: MetadataAnswer = {
    status: 200,
    headers: {
      ...anyOrigin,
      'content-type': 'application/json; charset=utf-8',
      'cache-control': `public, max-age=${maxAge}`,
    },
    body: JSON.stringify(document),
  }
  return Object.freeze({
    url,
    path,
    document,
    isAt(target: string): boolean {
      const [targetPath = '', ...query] = target.replace(schemeAndHost, '').split('?')
      return targetPath === path && (search === '' || `?${query.join('?')}` === search)
    },
    answer(method: string): MetadataAnswer {
      if (method === 'GET' || method === 'HEAD') return found
      return method === 'OPTIONS' ? preflight : notAllowed
    },
  } satisfies PublishedMetadata)
}

const allow = 'GET, HEAD, OPTIONS'

const preflight: MetadataAnswer = {
  status: 204,
  headers: {
    ...anyOrigin,
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': '*',
    'access-control-max-age': String(maxAge),
    allow,
  },
  body: '',
}

const notAllowed: MetadataAnswer = { status: 405, headers: { ...anyOrigin, allow }, body: '' }
