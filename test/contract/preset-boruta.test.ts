import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type BorutaOptions, boruta } from '@portcullis/issuers'
import { type SignatureAlgorithm, signRaw } from '@portcullis/testing'
import { CompactEncrypt } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { refusal, required, unavailable } from './answers.js'
import {
  clientWithoutAlg,
  clientWithRs256,
  type Issue,
  inactiveJwt,
  newToken,
  plainJwt,
  startBoruta,
} from './boruta-double.js'
import { contract, passes, type Row } from './contract.js'
import { exchange } from './exchange.js'
import type { Setting } from './kit.js'
import { now, tells } from './preset-dialect.js'
import { bearer, dpop } from './requests.js'
import { type Step, stories } from './stories.js'

const issuer = 'https://oauth.boruta.patatoid.fr'
const clientId = '6a2f41a3-c54c-fce8-32d2-0324e1c32e20'

/** What its tests have, for a client that acts for itself. */
const server = await startBoruta({
  client_id: clientId,
  iss: issuer,
  scope: 'accounts:read resource:write',
  iat: now,
  exp: now + 3600,
  sub: null,
  username: null,
  aud: null,
  resource: null,
})
afterAll(() => server.close())

function trusting(options: Partial<BorutaOptions> = {}): Setting {
  return { issuers: () => [boruta({ issuer, baseUrl: server.url, client: server.client, ...options })] }
}

/** At a route that requires a scope of the token, as no audience says whom it is for. */
const target = '/read'
const issued =
  (issue: Issue = {}): Row['request'] =>
  () =>
    bearer(server.issue(issue), { target })
const unknown: Row['request'] = () => bearer(newToken(), { target })

/** An answer with these members. */
function says(
  what: string,
  members: Readonly<Record<string, unknown>>,
  answer: Row['answer'],
  also?: Row['also'],
): Row {
  return {
    name: `Boruta: ${'passes' in answer ? 'lets in on' : 'refuses'} an answer with ${what} (INTRO-04, INTRO-06)`,
    request: issued({ members }),
    answer,
    ...(also && { also }),
  }
}

let before = 0
/** A token that it is not asked about. */
function notAsked(
  what: string,
  write: (token: string) => string | Promise<string>,
  code: Parameters<typeof refusal>[0],
  cause?: string,
): Row {
  return {
    name: `Boruta: refuses ${what}, and asks nobody`,
    request: async () => {
      before = server.count()
      return bearer(await write(newToken()), { target })
    },
    answer: refusal(code),
    also: async (...seen) => {
      expect(server.count()).toBe(before)
      if (cause) await tells(cause)(...seen)
    },
  }
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
/** What its gateway puts into Authorization, with another letter case of the scheme. */
const gatewayJwt = (value: string) => {
  const payload = { scope: 'accounts:read', sub: null, value, exp: now + 60, client_id: clientId, iat: now }
  return signRaw({
    header: { alg: 'HS256', typ: 'JWT' },
    payload,
    alg: 'HS256',
    key: createSecretKey(Buffer.from('a secret of the gateway')),
  })
}
const encrypted = (token: string) =>
  new CompactEncrypt(Buffer.from(token))
    .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })
    .encrypt(attacker.publicKey)
const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 })
/** Anyone can write one: nobody is to make the API ask about what cannot be a token of Boruta. */
const jwtsThatName = (iss: string) =>
  ['none', 'HS256', 'RS512'].map((alg) =>
    notAsked(
      `a JWT with alg ${alg} that names ${iss}, and tells operators (INTRO-10)`,
      () => `${encoded({ alg, typ: 'JWT' })}.${encoded({ iss })}.AAAA`,
      'token_issuer_untrusted',
      'whose tokens are no JWTs',
    ),
  )
const isLikely = '86 letters and digits'

contract(
  'Presets. Boruta: answers in JSON',
  [
    {
      name: 'Boruta: lets in the fixture as a client of its own, with no subject and no audience (INTRO-01)',
      request: issued(),
      answer: passes({
        issuer,
        tokenKind: 'introspected',
        actsFor: 'client',
        clientId,
        audience: [],
        scopes: ['accounts:read', 'resource:write'],
        expiresAt: now + 3600,
      }),
      also: (_, { body }) => {
        const { principal } = JSON.parse(body) as { principal: object }
        expect(principal).not.toHaveProperty('subject')
        const { headers, body: form } = server.asked.at(-1) ?? {}
        expect(headers).not.toHaveProperty('authorization')
        expect([...new URLSearchParams(form).keys()]).toEqual([
          'token',
          'token_type_hint',
          'client_id',
          'client_secret',
        ])
      },
    },
    {
      name: 'Boruta: lets in a token of a user, as one',
      request: issued({ members: { sub: 'u-1', username: 'kari@example.com' } }),
      answer: passes({ actsFor: 'user', subject: 'u-1', username: 'kari@example.com' }),
    },
    {
      name: 'Boruta: lets in a token with a username and no sub, as that of a user',
      request: issued({ members: { username: 'kari@example.com' } }),
      answer: passes({ actsFor: 'user', username: 'kari@example.com' }),
    },
    {
      name: 'Boruta: forbids a token where no scope is required, for it names no audience (AT-05)',
      request: () => bearer(server.issue()),
      answer: refusal('scope_insufficient'),
    },
    {
      name: 'Boruta: forbids a token without the scope (SCOPE-01)',
      request: () => bearer(server.issue(), { target: '/both' }),
      answer: refusal('scope_insufficient', 'accounts:read accounts:write'),
    },
    {
      name: 'Boruta: forbids a token bound to another resource all the same where no scope is required, for the answer hides it',
      request: () => bearer(server.issue({ members: { aud: 'https://other.example', resource: 'x' } })),
      answer: refusal('scope_insufficient'),
    },
    {
      name: 'Boruta: refuses a token that it does not know (INTRO-04)',
      request: unknown,
      answer: refusal('token_inactive'),
    },
    says('active false', { active: false }, refusal('token_inactive')),
    says('active as a text', { active: 'true' }, refusal('token_inactive')),
    says('active null', { active: null }, refusal('token_inactive')),
    says('exp that is over', { exp: now }, refusal('token_expired')),
    says('exp in a second', { exp: now + 1 }, passes()),
    says('exp as a text', { exp: String(now + 60) }, refusal('token_claim_invalid')),
    says('exp null', { exp: null }, refusal('token_claim_missing')),
    says('iat as a text', { iat: String(now) }, refusal('token_claim_invalid')),
    says('iat in a minute', { iat: now + 60 }, passes()),
    says('iat in more than a minute', { iat: now + 61 }, refusal('token_not_yet_valid')),
    says('iss with a slash at the end', { iss: `${issuer}/` }, refusal('token_issuer_untrusted')),
    says(
      'iss "boruta", its default, and tells operators',
      { iss: 'boruta' },
      refusal('token_issuer_untrusted'),
      tells('BORUTA_OAUTH_BASE_URL'),
    ),
    says('no client', { client_id: null }, refusal('token_claim_invalid')),
    says(
      'a scope that is a list',
      { scope: ['accounts:read'] },
      refusal('scope_insufficient', 'accounts:read'),
    ),
    says('no scope', { scope: null }, refusal('scope_insufficient', 'accounts:read')),
    says('username as a number', { username: 5 }, refusal('token_claim_invalid')),
    notAsked(
      'a token of 85 characters, and tells operators',
      (token) => token.slice(1),
      'token_malformed',
      isLikely,
    ),
    notAsked('a token of 87 characters', (token) => `${token}A`, 'token_malformed', isLikely),
    notAsked('a token with another character', (token) => `${token.slice(1)}-`, 'token_malformed', isLikely),
    notAsked('a token of more than 16 KB (BEARER-23)', () => newToken(16 * 1024 + 1), 'credential_malformed'),
    notAsked('an encrypted token (JOSE-21)', encrypted, 'token_malformed', isLikely),
    notAsked(
      'the JWT of its gateway, and tells operators where the token is',
      gatewayJwt,
      'token_issuer_untrusted',
      'X-Forwarded-Authorization',
    ),
    notAsked(
      'a JWT without iss',
      () => plainJwt({ sub: 'x' }, attacker.privateKey),
      'token_issuer_untrusted',
    ),
    notAsked(
      'a JWT of another issuer',
      () => plainJwt({ iss: `${issuer}/` }, attacker.privateKey),
      'token_issuer_untrusted',
      'only by the slash at the end',
    ),
    ...['dpop+jwt', 'logout+jwt', 'token-introspection+jwt'].map((typ) =>
      notAsked(
        `a JWT with typ ${typ} (AT-02)`,
        () =>
          signRaw({
            header: { alg: 'RS512', typ },
            payload: { iss: issuer },
            alg: 'RS512',
            key: attacker.privateKey,
          }),
        'token_issuer_untrusted',
      ),
    ),
    ...jwtsThatName(issuer),
  ],
  trusting(),
)

contract(
  'Presets. Boruta: an issuer that is no URL',
  [
    ...jwtsThatName('boruta'),
    says('iss "boruta"', { iss: 'boruta' }, passes({ issuer: 'boruta' })),
    says('iss absent', { iss: undefined }, passes({ issuer: 'boruta' })),
    says('iss in another case', { iss: 'Boruta' }, refusal('token_issuer_untrusted')),
    says('iss that is a URL', { iss: issuer }, refusal('token_issuer_untrusted')),
  ],
  trusting({ issuer: 'boruta' }),
)

contract(
  'Presets. Boruta: tokens of a generator of its own',
  [
    {
      name: 'Boruta: is asked about other tokens where it is told that they are its own',
      request: () => bearer('at_1', { target }),
      answer: refusal('token_inactive'),
    },
    notAsked('a token of 86 characters then', (token) => token, 'token_malformed'),
  ],
  trusting({ accepts: (token) => token.startsWith('at_') }),
)

contract(
  'Presets. Boruta: introspection that is refused',
  [
    {
      name: 'Boruta: answers 503 when its secret is wrong, and tells operators (INTRO-05)',
      request: issued(),
      answer: unavailable('introspection_unavailable'),
      also: ({ events }) => expect(JSON.stringify(events)).toContain('invalid_client'),
    },
  ],
  trusting({ client: { id: clientId, secret: 'wrong' } }),
)

const audience = 'https://accounts.example.com'
const signed = (issue: Issue = {}): Issue => ({ ...issue, members: { aud: audience, ...issue.members } })
const signedBy =
  (alg: SignatureAlgorithm, header: object = {}) =>
  (payload: object, key: KeyObject) =>
    signRaw({ header: { alg, typ: 'JWT', ...header }, payload, alg, key })

const believes = (what: string, issue: Issue, principal: object = {}): Row => ({
  name: `Boruta: believes a signed answer ${what}`,
  request: () => bearer(server.issue(signed(issue))),
  answer: passes({ audience: [audience], clientId, ...principal }),
})
const refusesSigned = (
  what: string,
  issue: Issue,
  code: Parameters<typeof refusal>[0],
  also?: Row['also'],
): Row => ({
  name: `Boruta: refuses a signed answer ${what} (INTRO-06)`,
  request: () => bearer(server.issue(signed(issue))),
  answer: refusal(code),
  ...(also && { also }),
})
/** It is the fault of the server, never of the client. */
const distrusts = (what: string, make: NonNullable<Issue['signed']>, signer = 0): Row => ({
  name: `Boruta: does not trust a signed answer ${what} (INTRO-05)`,
  request: () => bearer(server.issue(signed({ signed: make, signer }))),
  answer: unavailable('introspection_unavailable'),
})

const jwtAnswers = trusting({ answers: 'jwt', audience })

contract(
  'Presets. Boruta: signed answers',
  [
    believes('with RS512 and no kid', {}, { actsFor: 'client', scopes: ['accounts:read', 'resource:write'] }),
    ...[1, 3, clientWithoutAlg].map((signer) =>
      believes(`by the key of client ${signer + 1} of six`, { signer }),
    ),
    believes(
      'with a list of audiences',
      { members: { aud: ['x', audience] } },
      { audience: ['x', audience] },
    ),
    believes('that names its key', { signer: 3, signed: signedBy('RS512', { kid: 'client-key-3' }) }),
    believes('with a resource', { members: { resource: audience } }),
    refusesSigned(
      'without audience, and tells operators what the client has to do',
      { members: { aud: null } },
      'token_claim_missing',
      tells('clients have to name the resource'),
    ),
    refusesSigned(
      'for another audience',
      { members: { aud: 'https://other.example' } },
      'token_audience_mismatch',
    ),
    refusesSigned('for a token that is over', { members: { exp: now } }, 'token_expired'),
    {
      name: 'Boruta: takes an answer with HS512, which it gives of a token that is not active, for what it says (INTRO-04)',
      request: () => bearer(newToken()),
      answer: refusal('token_inactive'),
    },
    distrusts('with HS512 that says active', (right) => inactiveJwt(right)),
    distrusts('with RS256', signedBy('RS256'), clientWithoutAlg),
    distrusts('by a key that is published for another algorithm', plainJwt, clientWithRs256),
    distrusts('with PS512', signedBy('PS512')),
    distrusts('by the key of somebody else', (right) => plainJwt(right, attacker.privateKey)),
    distrusts('with the kid of another key', signedBy('RS512', { kid: 'client-key-3' })),
    distrusts('with the typ of access tokens', signedBy('RS512', { typ: 'at+jwt' })),
    distrusts('of another issuer', (right, key) => plainJwt({ ...right, iss: 'boruta' }, key)),
    distrusts('without issuer', (right, key) => plainJwt({ ...right, iss: null }, key)),
    distrusts('that was tampered with', (right, key) => {
      const [header, , signature] = plainJwt(right, key).split('.')
      return [header, encoded({ ...right, scope: 'accounts:write' }), signature].join('.')
    }),
    distrusts('with alg none', (right) => signRaw({ header: { alg: 'none' }, payload: right, alg: 'none' })),
    distrusts('that is no JWT', (right) => JSON.stringify(right)),
    notAsked('the JWT of its gateway', gatewayJwt, 'token_issuer_untrusted', 'X-Forwarded-Authorization'),
  ],
  jwtAnswers,
)

contract(
  'Presets. Boruta: signed answers, where audiences may be absent',
  [
    {
      name: 'Boruta: lets in a token without audience where a scope is required',
      request: issued(),
      answer: passes(),
    },
    {
      name: 'Boruta: refuses a token for another audience all the same',
      request: issued({ members: { aud: 'https://other.example' } }),
      answer: refusal('token_audience_mismatch'),
    },
  ],
  trusting({ answers: 'jwt', audience: { absent: 'allowed' } }),
)

const again = (issue: () => Issue): Step => ({
  request: () => bearer(server.issue(signed(issue()))),
  answer: passes(),
})
let newest = 0

stories('Presets. Boruta: over time', [
  {
    name: 'Boruta: fetches keys anew for the first answer of a client that was registered since',
    issuers: (kit) => jwtAnswers.issuers?.(kit) ?? [],
    steps: [
      again(() => ({})),
      {
        ...again(() => ({ signer: newest })),
        before: ({ clock }) => {
          newest = server.register()
          clock.advance(11)
        },
      },
      again(() => ({ signer: 0 })),
    ],
  },
  {
    name: 'Boruta: is asked once about a token in a minute, and then again (INTRO-07)',
    issuers: (kit) => trusting().issuers?.(kit) ?? [],
    steps: [
      async ({ clock }, { port }) => {
        const request = bearer(server.issue(), { target })
        before = server.count()
        const counts: number[] = []
        for (const seconds of [0, 59, 1]) {
          clock.advance(seconds)
          expect((await exchange(port, request)).status).toBe(200)
          counts.push(server.count() - before)
        }
        expect(counts).toEqual([1, 1, 2])
      },
    ],
  },
  {
    name: 'Boruta: never passes where the whole API requires DPoP, and tells operators (DPOP-29)',
    issuers: (kit) => trusting().issuers?.(kit) ?? [],
    options: { dpop: { required: true } },
    steps: [
      {
        request: (kit) => {
          const token = server.issue()
          return dpop(
            token,
            kit.client.proof({ method: 'GET', url: `https://api.example.com${target}`, token }),
            {
              target,
            },
          )
        },
        answer: required.dpop('confirmation_required'),
        also: tells('Boruta does not tell what key a token is bound to'),
      },
    ],
  },
])

test('Boruta: no API starts that would rely on what is never told', () => {
  const common = { issuer, client: server.client }
  expect(() => boruta({ ...common, audience })).toThrow(/name no audience; add answers: 'jwt'/)
  const dpopRequired = { ...common, dpop: { required: true } }
  expect(() => boruta(dpopRequired)).toThrow(/^boruta\.dpop: /)
})
