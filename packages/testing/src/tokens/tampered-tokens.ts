import { encodeSegment } from '../sign-raw.js'
import { type TestToken, testToken } from './test-token.js'

export type Parts = [header: string, payload: string, signature: string]

/** What happens to a good token on its way. */
export const tamperings: Readonly<Record<string, (token: Parts, another: Parts) => Parts>> = {
  'signature changed': ([header, payload, signature]) => [header, payload, changeFirst(signature)],
  'signature of another token': ([header, payload], [, , signature]) => [header, payload, signature],
  'payload changed after signing': ([header, payload, signature]) => [
    header,
    withMember(payload, { scope: 'admin' }),
    signature,
  ],
  'header changed after signing': ([header, payload, signature]) => [
    withMember(header, { cty: 'JWT' }),
    payload,
    signature,
  ],
}

/** Tokens that somebody changed after they were signed (RFC 7515 §5.2). */
export const tamperedTokens: readonly TestToken[] = Object.entries(tamperings).map(([name, change]) =>
  testToken('AT-03', name, async (server) => {
    const tokens = [await server.mint(), await server.mint()] as const
    return change(parts(tokens[0]), parts(tokens[1])).join('.')
  }),
)

export function parts(token: string): Parts {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return [header, payload, signature]
}

function changeFirst(text: string): string {
  return (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
}

function withMember(segment: string, member: object): string {
  return encodeSegment({ ...JSON.parse(Buffer.from(segment, 'base64url').toString()), ...member })
}
