import { type CompactJws, type MalformedJws, parseCompactJws } from '../jws/compact-jws.js'
import { Rejection } from '../rejection.js'

/** Takes a JWT access token apart, strictly: RFC 9068 §2.1. @throws Rejection token_malformed */
export function readJwt(token: string): CompactJws {
  try {
    return parseCompactJws(token)
  } catch (cause) {
    throw new Rejection('token_malformed', `${(cause as MalformedJws).message}${hint(token)}`, { cause })
  }
}

function hint(token: string): string {
  const segments = token.split('.', 6).length
  if (segments === 1) return '; it looks like an opaque token, a JWT was expected'
  return segments === 5 ? '; it looks encrypted (JWE), which is not supported' : ''
}
