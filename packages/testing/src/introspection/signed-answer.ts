import { present } from '../present.js'
import type { TokenIssuer } from '../server/access-token.js'
import type { HttpAnswer } from '../server/http-answer.js'
import { signRaw } from '../sign-raw.js'
import type { SignedAnswerChanges } from './introspection-options.js'

const type = 'token-introspection+jwt'
const mediaType = `application/${type}`

/** Whether the field `Accept` asks for a signed answer (RFC 9701 §4). */
export function asksForSignature(accept = ''): boolean {
  return accept.split(',').some((range) => range.replace(/;.*/s, '').trim().toLowerCase() === mediaType)
}

/** An answer as a JWT for this client (RFC 9701 §5). */
export function signedAnswer(
  from: TokenIssuer,
  clientId: string,
  answer: unknown,
  { alg = 'ES256', key, header, claims }: SignedAnswerChanges,
): HttpAnswer {
  const { kid, privateKey } = from.keys[alg === 'EdDSA' ? 'Ed25519' : alg]
  const iat = Math.floor(from.now() / 1000)
  const body = signRaw({
    header: present({ typ: type, alg, kid, ...header }),
    payload: present({ iss: from.issuer, aud: clientId, iat, token_introspection: answer, ...claims }),
    alg,
    key: key ?? privateKey,
  })
  return { status: 200, contentType: mediaType, body }
}
