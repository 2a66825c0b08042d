import { jwtIssuer, type TrustedIssuer } from '@portcullis/core'
import { signRaw, type TestAuthorizationServer } from '@portcullis/testing'
import { expect } from 'vitest'
import { refusal } from './answers.js'
import { resource, type Trusted } from './api.js'
import type { Row } from './contract.js'
import { asking } from './introspection-api.js'
import { bearer } from './requests.js'

const type = 'token-introspection+jwt'
const audience = ['api', resource]

/** How the resource judges the tokens of each server: see {@link asTokenIssuers}. */
const judges = {
  main: 'where its issuer is asked',
  other: 'in the profile rfc9068',
  legacy: 'in the profile jwt',
} as const

type Make = (server: TestAuthorizationServer) => string | Promise<string>

/** What a server really answers when it is asked to sign: RFC 9701 §5. */
async function realAnswer(server: TestAuthorizationServer): Promise<string> {
  const { id, secret } = server.introspectionClient
  const token = await server.mintOpaque({ scope: 'accounts:read' })
  const answer = await fetch(server.introspectionEndpoint, {
    method: 'POST',
    headers: { accept: `application/${type}` },
    body: new URLSearchParams({ token, client_id: id, client_secret: secret }),
  })
  return answer.text()
}

/** An answer whose claims would do for an access token, too. */
const bothAtOnce =
  (typ: string): Make =>
  (server) => {
    const claims = { aud: audience }
    const { header, payload, alg, key } = server.draft({ scope: 'accounts:read', claims })
    const token_introspection = { active: true, ...payload }
    return signRaw({ header: { ...header, typ }, payload: { ...payload, token_introspection }, alg, key })
  }

const answers: Readonly<Record<string, Make>> = {
  'that the server gave': realAnswer,
  'whose claims are those of an access token, too': bothAtOnce(type),
  'with its type in full': bothAtOnce(`application/${type}`),
  'with its type in another case': bothAtOnce('Token-Introspection+JWT'),
}

/** What the test itself asks comes without the field that every question of the resource has. */
const nobodyAsked: NonNullable<Row['also']> = ({ main, other, legacy }) => {
  const all = [main, other, legacy].flatMap(({ requests }) => requests)
  expect(all.filter(({ headers }) => headers.includes('authorization'))).toEqual([])
}

export function asTokenIssuers({ main, other, legacy }: Trusted): readonly TrustedIssuer[] {
  return [
    asking(main, { audience }),
    jwtIssuer({ issuer: other.issuer, audience }),
    jwtIssuer({ issuer: legacy.issuer, profile: 'jwt', audience }),
  ]
}

/** Signed answers in place of access tokens: RFC 9701 §8. */
export const asTokenRows: readonly Row[] = (['main', 'other', 'legacy'] as const).flatMap((from) =>
  Object.entries(answers).map(
    ([name, make]): Row => ({
      name: `refuses a signed answer ${name}, ${judges[from]}, and asks nobody about it (INTRO-13)`,
      request: async (kit) => bearer(await make(kit[from])),
      answer: refusal('token_type_unexpected'),
      also: nobodyAsked,
    }),
  ),
)
