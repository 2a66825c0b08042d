/** The y coordinates of the points of small order of Ed25519, little-endian, in both spellings where there are two. */
const smallOrder = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

/**
 * Whether an Ed25519 public key (the member `x` of its JWK) is a point of small order: for such a key anyone can make
 * signatures that verify (RFC 8032 §5.1.7 leaves that check open).
 */
export function hasSmallOrder(x: string): boolean {
  const bytes = Buffer.from(x, 'base64url')
  // The highest bit is the sign of the other coordinate.
  bytes[31] = (bytes[31] ?? 0) & 0x7f
  return smallOrder.has(bytes.toString('hex'))
}
