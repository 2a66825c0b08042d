import type { TestAuthorizationServer } from '../server/test-authorization-server.js'
import { computeSignature, encodeSegment, signSegments } from '../sign-raw.js'
import { type TestToken, testToken } from './test-token.js'

type Damage = (segment: string) => string

const positions = ['header', 'payload', 'signature'] as const

/** What is done to a segment of 4k + 2 characters, which leaves room for padding and for stray bits. */
export const base64urlDamages: Readonly<Record<string, Damage>> = {
  'with padding': (segment) => `${segment}==`,
  'with half of its padding': (segment) => `${segment}=`,
  'with an exclamation mark inside': (segment) => insert(segment, '!'),
  'with a space inside': (segment) => insert(segment, ' '),
  'with a tab inside': (segment) => insert(segment, '\t'),
  'with stray bits at its end': setStrayBit,
  'of a length that base64url never has': (segment) => `${segment}AAA`,
}

/**
 * Tokens that are not base64url, though a lenient decoder reads them (RFC 7515 §2, RFC 4648 §3.5). The signature
 * covers header and payload as they are damaged, so that it does not give them away.
 */
export const base64urlTokens: readonly TestToken[] = [
  ...Object.entries(base64urlDamages).flatMap(([name, damage]) =>
    positions.map((position) =>
      testToken('JOSE-02', `${position} ${name}`, (server) =>
        damagedToken(server, (segment, at) => (at === position ? damage(segment) : segment)),
      ),
    ),
  ),
  testToken('JOSE-02', 'payload in the alphabet of base64', (server) =>
    damagedToken(server, (segment, at) =>
      at === 'payload' ? segment.replaceAll('-', '+').replaceAll('_', '/') : segment,
    ),
  ),
]

function damagedToken(
  server: TestAuthorizationServer,
  damage: (segment: string, at: (typeof positions)[number]) => string,
): string {
  const { header, payload } = server.draft({ claims: { note: '?>?>?>?>' } }) // has both '-' and '_' in base64url
  const signed = signSegments(
    damage(encodeWithRest(header), 'header'),
    damage(encodeWithRest(payload), 'payload'),
    (input) => computeSignature('ES256', server.keys.ES256.privateKey, input),
  )
  const signatureAt = signed.lastIndexOf('.') + 1
  return signed.slice(0, signatureAt) + damage(signed.slice(signatureAt), 'signature')
}

/** Spaces after the object make the last character carry two bits only, as that of an ES256 signature does. */
export function encodeWithRest(value: object): string {
  const json = JSON.stringify(value)
  const spaces = (4 - (Buffer.byteLength(json) % 3)) % 3
  return encodeSegment(json + ' '.repeat(spaces))
}

function insert(segment: string, character: string): string {
  return `${segment.slice(0, 8)}${character}${segment.slice(8)}`
}

/** The last character is A, Q, g or w, with four zero bits at its end. The next letter sets one of them. */
function setStrayBit(segment: string): string {
  return segment.slice(0, -1) + String.fromCharCode(segment.charCodeAt(segment.length - 1) + 1)
}
