import { signRaw } from '../sign-raw.js'
import { appendMember, prependMember } from './raw-member.js'
import { type TestToken, testToken } from './test-token.js'

/** A header parameter or a claim that is there already, and its second value, both in JSON. */
const duplicates: readonly (readonly [part: 'header' | 'payload', name: string, value: string])[] = [
  ['header', 'alg', '"none"'],
  ['header', String.raw`\u0061lg`, '"none"'],
  ['header', 'typ', '"JWT"'],
  ['header', 'kid', '"another"'],
  ['payload', 'iss', '"https://evil.example"'],
  ['payload', 'aud', '"https://evil.example"'],
  ['payload', String.raw`a\u0075d`, '"https://evil.example"'],
  ['payload', 'exp', '1'],
  ['payload', 'sub', '"admin"'],
  ['payload', 'sub', '"test-client"'],
]

const orders = { before: prependMember, after: appendMember }

/** Tokens with a good signature over a member that occurs twice: one reader takes the first, another the last. */
export const duplicateMemberTokens: readonly TestToken[] = duplicates.flatMap(([part, name, value]) =>
  Object.entries(orders).map(([order, addMember]) =>
    testToken('JOSE-04', `${part} with ${name} ${value} ${order} its own`, (server) => {
      const draft = server.draft()
      return signRaw({ ...draft, [part]: addMember(draft[part], name, value) })
    }),
  ),
)
