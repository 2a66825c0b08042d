import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { bindingWith } from '../../test-support/binding.js'
import { staticKeySet } from '../keys/key-set.js'
import { usableKeys } from '../keys/verification-key.js'
import { isRefusal } from '../rejection.js'
import { type BoundJwtIssuer, bindIssuer } from '../token/bind-issuer.js'
import { jwtIssuer } from '../token/jwt-issuer.js'
import { readJwt } from '../token/read-jwt.js'
import { verifyJwt } from '../token/verify-jwt.js'
import { decodeBase64url } from './base64url.js'
import { signatureAlgorithms as algorithms } from './signature-algorithms.js'

/**
 * The JWS vectors of Wycheproof, which stand beside the repository and not in it.
 *
 * Their payloads are no claims ("foo", mostly), so no vector could ever be an access token: what can be compared is the
 * verdict on its form and on its signature. Each vector therefore goes the whole way of a token, with one change: for the
 * strict parse and for the checks of the claims, its payload is exchanged for good claims. Its signature is verified over
 * the segments as they came. A payload that is not base64url is not exchanged, so that the strict parse sees it.
 */
const file = fileURLToPath(
  new URL('../../../../../shared/vectors/wycheproof/json_web_signature_test.json', import.meta.url),
)

interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly jws: string
  readonly result: 'valid' | 'invalid'
}

interface Group {
  readonly comment: string
  readonly public?: object
  readonly private: object
  readonly tests: readonly Vector[]
}

/** Valid by Wycheproof, refused by us: why, and which. Nothing that Wycheproof calls invalid is accepted. */
const stricter: Readonly<Record<string, readonly number[]>> = {
  'a shared secret is no proof of who signed: there is no HMAC (JOSE-20)': [
    1, 348, 352, 357, 358, 359, 376, 377,
  ],
  'no HMAC, and a character that base64url does not have (JOSE-02, JOSE-20)': [372, 373],
  'no segment of a JWT is empty (JOSE-01, RFC 7519 §7.2)': [259, 264, 268, 272, 320, 325],
  'the key is published for PS256, the token says PS384 (JOSE-07, RFC 7517 §4.4)': [346, 350],
  'the key is published for ES521, which is no algorithm (JOSE-07, JOSE-15)': [347, 351],
}

const claims = { iss: 'https://as.example.com', aud: 'https://api.example.com', exp: 2 }
const goodPayload = Buffer.from(JSON.stringify(claims)).toString('base64url')

const issuer = bindIssuer(
  jwtIssuer({ issuer: claims.iss, profile: 'jwt', algorithms, jwksUri: `${claims.iss}/jwks` }),
  bindingWith({ resource: claims.aud, now: () => 1000, clockToleranceSeconds: 0 }),
)

async function isAccepted(jws: string, jwk: object): Promise<boolean> {
  const segments = jws.split('.')
  const payload = segments[1]
  if (payload && decodeBase64url(payload)) segments[1] = goodPayload
  try {
    const parsed = readJwt(segments.join('.'))
    const keys = staticKeySet(usableKeys({ keys: [jwk] }, algorithms))
    await verifyJwt({ ...parsed, payload: payload ?? '' }, { ...(issuer as BoundJwtIssuer), keys })
    return true
  } catch (error) {
    if (!isRefusal(error)) throw error
    return false
  }
}

const isThere = existsSync(file)
if (!isThere) process.emitWarning(`Wycheproof: skipped, there is no ${file}`)

const groups: readonly Group[] = isThere ? JSON.parse(readFileSync(file, 'utf8')).testGroups : []
const vectors = groups.flatMap((group) => group.tests.map((vector) => ({ ...vector, group })))
const reasons = new Map(Object.entries(stricter).flatMap(([reason, ids]) => ids.map((id) => [id, reason])))

describe.skipIf(!isThere)('Wycheproof, JSON Web Signature', () => {
  it('has the vectors that were thought about here', () => {
    expect(vectors).toHaveLength(401)
    const explained = vectors.filter(({ tcId }) => reasons.has(tcId))
    expect(explained.map(({ result }) => result)).toEqual(explained.map(() => 'valid'))
    expect(explained).toHaveLength(reasons.size)
  })

  for (const { tcId, comment, jws, result, group } of vectors) {
    const reason = reasons.get(tcId)
    const accepts = result === 'valid' && !reason
    const name = `${accepts ? 'accepts' : 'refuses'} ${tcId}, ${group.comment}: ${comment}`
    it(reason ? `${name}, since ${reason}` : name, async () => {
      expect(await isAccepted(jws, group.public ?? group.private)).toBe(accepts)
    })
  }
})
