import { createSecretKey } from 'node:crypto'
import { type LoginRadiusOptions, loginRadius } from '@portcullis/issuers'
import { signRaw } from '@portcullis/testing'
import { afterAll, expect } from 'vitest'
import { refusal, unavailable } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import type { Setting } from './kit.js'
import { startLoginRadiusDouble } from './login-radius-double.js'
import { type Dialect, now, presented, tells, tokenOf } from './preset-dialect.js'
import { everyPreset, letsIn, refuses } from './preset-negatives.js'
import { bearer } from './requests.js'

const audience = 'https://service.example.com/api/v2'
const issuer = 'https://myapp.hub.loginradius.com/'

/** What three descriptions have in common, as far as they have; what header it has is a guess. */
const dialect = {
  name: 'LoginRadius',
  scheme: 'Bearer',
  keysOf: 'legacy',
  refusal,
  fixture: {
    header: { alg: 'RS256', typ: 'JWT' },
    payload: {
      iss: issuer,
      sub: '699f40ae-8040-42fe-a1cd-e1eb10cf73ef@client',
      aud: [audience],
      cid: 'ddff8a63-cbc3-4723-8415-b910c4d8770d',
      gty: 'client_credentials',
      scp: ['profile:read', 'profile:create'],
      iat: 1745981111,
      nbf: 1745981111,
      exp: 1745988311,
      jti: 'e20a1ae9-880a-4829-88ff-690141d958b5',
    },
  },
} satisfies Dialect
const { payload } = dialect.fixture

/** How the same client looks in the other two descriptions. */
const ofBlog = { aud: audience, sid: 's-1', sub: 'api-key@client', nbf: undefined, jti: undefined }
const ofClaims = { azp: 'client-1', iss: 'https://your-app.hub.loginradius.com/service/oauth/MyApp' }

function trusting(options: Partial<LoginRadiusOptions> = {}): Setting {
  return { issuers: ({ legacy }) => [loginRadius({ issuer, audience, jwksUri: legacy.jwksUri, ...options })] }
}

contract('Presets. LoginRadius: what every preset refuses', everyPreset(dialect), trusting())

const hmac = (alg: string): Row => ({
  name: `LoginRadius: refuses ${alg}, and tells operators what it means`,
  request: (kit) => {
    const key = createSecretKey(Buffer.from('a secret that LoginRadius shares with every API of a tenant'))
    return presented(kit, dialect, tokenOf(kit, dialect, { alg: 'HS256', header: { alg }, key }))
  },
  answer: refusal('token_algorithm_refused'),
  also: tells('its key is a shared secret'),
})

contract(
  'Presets. LoginRadius: tokens',
  [
    letsIn(
      dialect,
      'the fixture as a client of its own, with each of its names',
      {},
      {
        issuer,
        scheme: 'Bearer',
        actsFor: 'client',
        subject: payload.sub,
        clientId: payload.cid,
        client: { internalId: payload.cid, subject: '699f40ae-8040-42fe-a1cd-e1eb10cf73ef' },
        audience: [audience],
        scopes: payload.scp,
      },
    ),
    letsIn(
      dialect,
      'the token of the blog, with aud as a string',
      { claims: ofBlog },
      { audience: [audience], client: { subject: 'api-key' } },
    ),
    letsIn(
      dialect,
      'azp as the client before cid',
      { claims: { azp: 'client-1' } },
      { clientId: 'client-1', client: { id: 'client-1', internalId: payload.cid } },
    ),
    letsIn(
      dialect,
      'a token without azp and cid, whose client has no id then',
      { claims: { cid: undefined } },
      { actsFor: 'client', client: { subject: '699f40ae-8040-42fe-a1cd-e1eb10cf73ef' } },
    ),
    letsIn(
      dialect,
      'scp as a string',
      { claims: { scp: 'profile:read profile:create' } },
      { scopes: payload.scp },
    ),
    letsIn(dialect, 'several audiences', { claims: { aud: ['https://other.example.com', audience] } }),
    letsIn(
      dialect,
      'scope beside scp, which grants nothing',
      { claims: { scope: 'accounts:write' } },
      { scopes: payload.scp },
    ),
    letsIn(
      dialect,
      'a token of which nobody can tell whose it is',
      { claims: { sub: 'uid-1', gty: undefined } },
      { actsFor: 'unknown', client: { internalId: payload.cid } },
    ),
    ...['at+jwt', undefined].map((typ) => letsIn(dialect, `typ ${typ}`, { header: { typ } })),
    ...['another+jwt', 'id_token'].map((typ) =>
      refuses(dialect, `typ ${typ}`, 'token_type_unexpected', { header: { typ } }),
    ),
    refuses(dialect, 'another audience', 'token_audience_mismatch', {
      claims: { aud: ['https://x.example'] },
    }),
    refuses(
      dialect,
      'an audience with a slash at the end, and tells operators',
      'token_audience_mismatch',
      { claims: { aud: [`${audience}/`] } },
      tells('mind the slash at the end'),
    ),
    refuses(dialect, 'no audience', 'token_claim_missing', { claims: { aud: undefined } }),
    refuses(dialect, 'an empty list of audiences', 'token_audience_mismatch', { claims: { aud: [] } }),
    refuses(dialect, 'the issuer of another application', 'token_issuer_untrusted', {
      claims: { iss: ofClaims.iss },
    }),
    ...[{ azp: null }, { azp: '' }, { cid: 5 }, { scp: { a: 1 } }, { scp: ['a', 1] }, { gty: ['x'] }].map(
      (claims) =>
        refuses(dialect, `claims of another type: ${JSON.stringify(claims)}`, 'token_claim_invalid', {
          claims,
        }),
    ),
    ...['HS256', 'HS384', 'HS512'].map(hmac),
    {
      name: 'LoginRadius: refuses an opaque token, and tells operators that it can be asked',
      request: () => bearer('b5f0c2d4e6a8a1b2c3d4e5f60718293a4b5c'),
      answer: refusal('token_malformed'),
      also: tells('loginRadius({ introspection })'),
    },
    {
      name: 'LoginRadius: refuses a token with a colon, as its API reference has one, for no bearer token has any (RFC 6750 §2.1)',
      request: () => bearer('b5f0c2d4e6a8a1b2c3d4:e5f60718293a4b5c6d7e'),
      answer: refusal('credential_malformed'),
    },
  ],
  trusting(),
)

contract(
  'Presets. LoginRadius: an issuer without a slash, with azp',
  [
    letsIn(dialect, 'its token', { claims: ofClaims }, { issuer: ofClaims.iss, clientId: 'client-1' }),
    refuses(
      dialect,
      'its issuer with a slash, and tells operators',
      'token_issuer_untrusted',
      { claims: { ...ofClaims, iss: `${ofClaims.iss}/` } },
      tells('only by the slash at the end'),
    ),
  ],
  trusting({ issuer: ofClaims.iss, audience: ['https://first.example.com', audience] }),
)

const double = await startLoginRadiusDouble()
afterAll(() => double.close())

const active = { active: true, ...payload, iat: now, nbf: now, exp: now + 7200 }
const issued =
  (changes: Readonly<Record<string, unknown>> = {}, target = '/any'): Row['request'] =>
  () =>
    bearer(double.issue({ ...active, ...changes }), { target })
const answers = (what: string, changes: Readonly<Record<string, unknown>>, answer: Row['answer']): Row => ({
  name: `LoginRadius: ${'passes' in answer ? 'lets in on' : 'refuses'} an answer with ${what} (INTRO-04, INTRO-06)`,
  request: issued(changes),
  answer,
})

contract(
  'Presets. LoginRadius: introspection',
  [
    {
      name: 'LoginRadius: asks with a JSON object, credentials in it (INTRO-02)',
      request: issued(),
      answer: passes({
        tokenKind: 'introspected',
        issuer,
        actsFor: 'client',
        clientId: payload.cid,
        scopes: payload.scp,
        audience: [audience],
      }),
      also: () => {
        const { id, secret } = double.client
        const hint = { token: expect.any(String) as string, token_type_hint: 'access_token' }
        expect(double.lastBody()).toEqual({ ...hint, client_id: id, client_secret: secret })
        const { headers } = double.asked.at(-1) ?? {}
        expect(headers).toMatchObject({ accept: 'application/json', 'content-type': 'application/json' })
        expect(headers).not.toHaveProperty('authorization')
      },
    },
    answers('members that are null', { azp: null, nbf: null, sid: null }, passes({ clientId: payload.cid })),
    answers('aud as a string', { aud: audience }, passes({ audience: [audience] })),
    answers('scp as a string', { scp: 'a b' }, passes({ scopes: ['a', 'b'] })),
    answers('active false', { active: false }, refusal('token_inactive')),
    answers('active as a text', { active: 'true' }, refusal('token_inactive')),
    answers('another audience', { aud: ['https://x.example'] }, refusal('token_audience_mismatch')),
    answers('no audience', { aud: null }, refusal('token_claim_missing')),
    answers('no exp', { exp: undefined }, refusal('token_claim_missing')),
    answers('exp that is over', { exp: now }, refusal('token_expired')),
    answers('exp as a text', { exp: String(now + 60) }, refusal('token_claim_invalid')),
    answers('nbf that has not come', { nbf: now + 1 }, refusal('token_not_yet_valid')),
    answers('another issuer', { iss: issuer.slice(0, -1) }, refusal('token_issuer_untrusted')),
    answers('token_type of a refresh token', { token_type: 'refresh' }, refusal('token_claim_invalid')),
    {
      name: 'LoginRadius: refuses a token that it does not know (INTRO-04)',
      request: () => bearer('b5f0c2d4e6a8-unknown'),
      answer: refusal('token_inactive'),
    },
    {
      name: 'LoginRadius: asks about a JWT with HS256 that names it, and believes the answer alone (INTRO-10)',
      request: () => {
        const key = createSecretKey(Buffer.from('a secret of LoginRadius alone'))
        const claims = { ...active, scp: ['forged'] }
        const token = signRaw({ header: { alg: 'HS256', typ: 'JWT' }, payload: claims, alg: 'HS256', key })
        double.know(token, active)
        return bearer(token)
      },
      answer: passes({ tokenKind: 'introspected', scopes: payload.scp }),
    },
    {
      name: 'LoginRadius: asks about no JWT of another issuer (INTRO-10)',
      request: (kit) => {
        before = double.asked.length
        return bearer(tokenOf(kit, dialect, { claims: { iss: ofClaims.iss } }))
      },
      answer: refusal('token_issuer_untrusted'),
      also: () => expect(double.asked).toHaveLength(before),
    },
  ],
  {
    issuers: () => [
      loginRadius({ issuer, audience, introspection: { endpoint: double.endpoint, client: double.client } }),
    ],
  },
)

let before = 0

contract(
  'Presets. LoginRadius: introspection with a wrong secret',
  [
    {
      name: 'LoginRadius: answers 503, as the caller can do nothing about it (INTRO-05)',
      request: issued(),
      answer: unavailable('introspection_unavailable'),
    },
  ],
  {
    issuers: () => [
      loginRadius({
        issuer,
        audience,
        introspection: { endpoint: double.endpoint, client: { ...double.client, secret: 'wrong' } },
      }),
    ],
  },
)
