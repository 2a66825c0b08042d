import { decodeBase64url } from './base64url.js'
import { type JsonObject, parseJsonObject } from './strict-json.js'

/** The three segments of a JSON Web Signature in compact form, as they came: RFC 7515 §3.1. */
export interface JwsSegments {
  readonly protected: string
  readonly payload: string
  readonly signature: string
}

/** A JSON Web Signature in compact form with a JSON payload, taken apart but not verified: RFC 7515 §3.1, RFC 7519 §7.2. */
export interface CompactJws extends JwsSegments {
  readonly header: JsonObject
  readonly claims: JsonObject
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
  const segments = splitCompactJws(text)
  const header = parseHeader(segments)
  return { ...segments, header, claims: parseClaims(segments) }
}

/** @throws MalformedJws */
export function splitCompactJws(text: string): JwsSegments {
  const [protectedHeader, payload, signature, ...more] = text.split('.', 4)
  if (!protectedHeader || !payload || !signature || more.length > 0) {
    throw new MalformedJws('not three segments separated by dots')
  }
  return { protected: protectedHeader, payload, signature }
}

/** @throws MalformedJws */
export function parseHeader({ protected: segment }: JwsSegments): JsonObject {
  const header = parseSegment('header', segment)
  if ('crit' in header) throw new MalformedJws('the header demands critical extensions, none is supported')
  if ('b64' in header) throw new MalformedJws('the header has b64, which no JWT has')
  return header
}

/** What is signed. That the signature is written as one is checked here, too, last of all. @throws MalformedJws */
export function parseClaims({ payload, signature }: JwsSegments): JsonObject {
  const claims = parseSegment('payload', payload)
  if (!decodeBase64url(signature)) throw new MalformedJws('the signature is not base64url')
  return claims
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
