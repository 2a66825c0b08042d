import { hash } from 'node:crypto'

/** The SHA-256 of bytes, or of a text in UTF-8, in base64url without padding. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data, 'base64url')
}
