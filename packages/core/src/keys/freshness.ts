/** In seconds. A server that says nothing means the usual; what it says is kept within sensible bounds. */
const usual = 10 * 60
const atLeast = 5 * 60
const atMost = 60 * 60

const directives = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/g

/**
 * For how many seconds a document is fresh by its Cache-Control (RFC 9111 §5.2.2): from 5 minutes to an hour, 10 minutes when
 * it does not say. What must not be stored, or says something malformed (§4.2.1: stale), is fresh for the least.
 */
export function freshForSeconds(cacheControl: string | null): number {
  let freshFor: number | undefined
  for (const [, name = '', quoted, plain] of (cacheControl ?? '').matchAll(directives)) {
    const directive = name.toLowerCase()
    if (directive === 'no-store' || directive === 'no-cache') return atLeast
    if (directive !== 'max-age') continue
    const seconds = quoted ?? plain ?? ''
    // Said twice, the stricter one holds.
    freshFor = Math.min(freshFor ?? atMost, /^\d+$/.test(seconds) ? Number(seconds) : 0)
  }
  return Math.max(atLeast, Math.min(atMost, freshFor ?? usual))
}
