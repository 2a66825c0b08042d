import { createHash, createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, compactVerify, decodeJwt, importJWK, type JWK } from 'jose'
import type { ProofFault } from '../src/index.js'
import { normalizedTarget, readBase64url, readSegment } from './strict-reading.js'

/** A second opinion: RFC 9449 §4.3, as plainly as it can be written, in the order in which Portcullis asks. */
export async function judgeProof(
  fields: readonly string[],
  request: { method: string; url: string; token: string; now: number },
): Promise<ProofFault | undefined> {
  if (fields.length === 0) return 'proof_missing'
  const form = await readForm(fields)
  if (!form) return 'proof_malformed'
  const { jwk, alg, claims, proof } = form
  const confirmation = decodeJwt<{ cnf: { jkt: string } }>(request.token).cnf.jkt
  if (confirmation !== (await calculateJwkThumbprint(jwk))) return 'confirmation_mismatch'
  if (claims['htm'] !== request.method) return 'proof_method_mismatch'
  const target = normalizedTarget(String(claims['htu']))
  if (target === undefined || target !== normalizedTarget(request.url)) return 'proof_target_mismatch'
  const hash = createHash('sha256').update(request.token).digest('base64url')
  if (claims['ath'] !== hash) return 'proof_token_mismatch'
  if (!isFresh(claims, request.now)) return 'proof_stale'
  const verified = compactVerify(proof, await importJWK(jwk, alg))
  return verified.then(
    () => undefined,
    () => 'proof_signature_invalid',
  )
}

interface Form {
  jwk: JWK
  alg: string
  claims: Record<string, unknown>
  proof: string
}

async function readForm([proof = '', ...others]: readonly string[]): Promise<Form | undefined> {
  try {
    const segments = proof.split('.')
    if (others.length > 0 || proof.length > 8192 || segments.length !== 3) return undefined
    const [header, claims] = segments.slice(0, 2).map(readSegment) as [
      Record<string, unknown>,
      Form['claims'],
    ]
    readBase64url(segments[2] ?? '')
    const { typ, alg, jwk } = header
    if (typeof typ !== 'string' || !/^(?:application\/)?dpop\+jwt$/i.test(typ)) return undefined
    if ('crit' in header || 'b64' in header || !hasClaims(claims)) return undefined
    if (typeof alg !== 'string' || !isFit(jwk, alg)) return undefined
    return { jwk, alg, claims, proof }
  } catch {
    return undefined
  }
}

function hasClaims(claims: Record<string, unknown>): boolean {
  const isText = (name: string) => typeof claims[name] === 'string' && claims[name] !== ''
  const isNumber = (name: string) => typeof claims[name] === 'number'
  const isNumberOrAbsent = (name: string) => !(name in claims) || isNumber(name)
  return (
    ['jti', 'htm', 'htu', 'ath'].every(isText) && isNumber('iat') && ['exp', 'nbf'].every(isNumberOrAbsent)
  )
}

const kinds: Record<string, string> = {
  ES256: 'EC P-256',
  ES384: 'EC P-384',
  ES512: 'EC P-521',
  PS256: 'RSA undefined',
  PS384: 'RSA undefined',
  PS512: 'RSA undefined',
  Ed25519: 'OKP Ed25519',
  EdDSA: 'OKP Ed25519',
}

function isFit(value: unknown, alg: string): value is JWK {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const jwk = value as JWK
  if (['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'].some((name) => name in jwk)) return false
  if (!Object.hasOwn(kinds, alg) || kinds[alg] !== `${jwk.kty} ${jwk.crv}`) return false
  if (jwk.alg !== undefined && jwk.alg !== alg) return false
  if (jwk.use !== undefined && jwk.use !== 'sig') return false
  if (jwk.key_ops !== undefined && !jwk.key_ops.includes('verify')) return false
  if (![jwk.kty, jwk.x ?? jwk.n, jwk.y ?? ''].every((member) => typeof member === 'string')) return false
  return isSafe(jwk)
}

/** The points of small order that the corpus has, and RSA that is too small, too large or without a proper exponent. */
function isSafe(jwk: JWK): boolean {
  if (jwk.crv === 'Ed25519' && /^A[AQ]A{41}$/.test(jwk.x ?? '')) return false
  const { asymmetricKeyDetails: { modulusLength = 2048, publicExponent = 3n } = {} } = createPublicKey({
    key: jwk,
    format: 'jwk',
  })
  return modulusLength >= 2048 && modulusLength <= 8192 && publicExponent > 1n && publicExponent % 2n === 1n
}

function isFresh(claims: Record<string, unknown>, now: number): boolean {
  const age = now / 1000 - Number(claims['iat'])
  const { exp = Infinity, nbf = 0 } = claims
  return age <= 60 && age >= -10 && Number(exp) > now / 1000 && Number(nbf) <= now / 1000
}
