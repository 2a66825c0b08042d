import { decodeBase64url } from './base64url.js'
import { type JsonObject, parseJsonObject } from './strict-json.js'

/** A JSON Web Signature in compact form with a JSON payload, taken apart but not verified: RFC 7515 §3.1, RFC 7519 §7.2. */
export interface CompactJws {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** The three segments as they came. */
  readonly protected: string
  readonly payload: string
  readonly signature: string
}

/** The text is not a JWS in compact form that can be understood in one way only. */
export class MalformedJws extends Error {
  override readonly name = 'MalformedJws'
}

/**
 * The strict parse that stands before every use of jose. Refuses other serialisations, unencoded payloads (RFC 7797) and
 * every critical extension (RFC 7515 §4.1.11), since none is supported.
 *
 * @throws MalformedJws
 */
export function parseCompactJws(text: string): CompactJws {
  const [protectedHeader, payload, signature, ...more] = text.split('.', 4)
  if (!protectedHeader || !payload || !signature || more.length > 0) {
    throw new MalformedJws('not three segments separated by dots')
  }
  const header = parseSegment('header', protectedHeader)
  if ('crit' in header) throw new MalformedJws('the header demands critical extensions, none is supported')
  if ('b64' in header) throw new MalformedJws('the header has b64, which no JWT has')
  const claims = parseSegment('payload', payload)
  if (!decodeBase64url(signature)) throw new MalformedJws('the signature is not base64url')
  return { header, claims, protected: protectedHeader, payload, signature }
}

function parseSegment(name: string, segment: string): JsonObject {
  const bytes = decodeBase64url(segment)
  if (!bytes) throw new MalformedJws(`the ${name} is not base64url`)
  try {
    return parseJsonObject(bytes)
  } catch (cause) {
    throw new MalformedJws(`the ${name} is ${(cause as SyntaxError).message}`, { cause })
  }
}
