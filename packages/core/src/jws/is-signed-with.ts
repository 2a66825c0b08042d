import type { KeyObject } from 'node:crypto'
import { errors, flattenedVerify } from 'jose'
import type { JwsSegments } from './compact-jws.js'

/** Whether the signature verifies with this key and this algorithm, and no other: RFC 7515 §5.2, RFC 8725 §3.1. */
export function isSignedWith(jws: JwsSegments, key: KeyObject, algorithm: string): Promise<boolean> {
  const { protected: header, payload, signature } = jws
  const options = { algorithms: [algorithm] }
  return flattenedVerify({ protected: header, payload, signature }, key, options).then(signed, notSigned)
}

const signed = () => true

function notSigned(error: unknown): false {
  if (error instanceof errors.JOSEError) return false
  throw error
}

/** Whether it verifies with any of these keys. */
export async function isSignedWithOneOf(
  keys: readonly KeyObject[],
  jws: JwsSegments,
  algorithm: string,
): Promise<boolean> {
  for (const key of keys) if (await isSignedWith(jws, key, algorithm)) return true
  return false
}
