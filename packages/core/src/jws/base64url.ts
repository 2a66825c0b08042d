/**
 * Decodes base64url without padding: RFC 7515 §2. Undefined for anything else: `Buffer` alone skips foreign characters
 * and accepts padding and non-canonical endings, so that one token could be written in many ways.
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
