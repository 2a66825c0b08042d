import { createSecretKey, generateKeyPairSync } from 'node:crypto'
import { CompactEncrypt, exportSPKI } from 'jose'
import { expect } from 'vitest'
import { same } from './answers.js'
import { passes, type Row } from './contract.js'
import { exchange } from './exchange.js'
import type { Kit } from './kit.js'
import { type Changes, type Dialect, now, presented, tells, tokenOf, withToken } from './preset-dialect.js'

/** What the API of every preset for JWTs refuses, whatever the dialect, and the edges at which it still lets in. */
export function everyPreset(dialect: Dialect): readonly Row[] {
  return [
    { name: `${dialect.name}: lets in the fixture`, request: withToken(dialect), answer: passes() },
    ...signatures(dialect),
    ...keys(dialect),
    ...issuers(dialect),
    ...times(dialect),
    ...types(dialect),
    ...forms(dialect),
  ]
}

/** A row: the fixture with these changes is refused with this code. */
export function refuses(
  dialect: Dialect,
  what: string,
  code: Parameters<Dialect['refusal']>[0],
  changes: Changes | ((kit: Kit) => Changes),
  also?: Row['also'],
): Row {
  return {
    name: `${dialect.name}: refuses ${what}`,
    request: (kit) => {
      const made = typeof changes === 'function' ? changes(kit) : changes
      return presented(kit, dialect, tokenOf(kit, dialect, made))
    },
    answer: dialect.refusal(code),
    ...(also && { also }),
  }
}

/** A row: the fixture with these changes is let in, and its principal has these members. */
export function letsIn(
  dialect: Dialect,
  what: string,
  changes: Changes,
  principal: Readonly<Record<string, unknown>> = {},
): Row {
  return {
    name: `${dialect.name}: lets in ${what}`,
    request: withToken(dialect, changes),
    answer: passes(principal),
  }
}

const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 })
const attackerJwk = attacker.publicKey.export({ format: 'jwk' })

function signatures(dialect: Dialect): readonly Row[] {
  const publicKey = (kit: Kit) => kit[dialect.keysOf].keys.RS256.publicKey
  const asSecret = (secret: string | Buffer) => ({
    alg: 'HS256' as const,
    header: { alg: 'HS256' },
    key: createSecretKey(Buffer.from(secret)),
  })
  const code = 'token_algorithm_refused'
  return [
    {
      name: `${dialect.name}: refuses alg none with no signature (JOSE-06)`,
      request: withToken(dialect, { alg: 'none', header: { alg: 'none' } }),
      answer: dialect.refusal('token_malformed'),
    },
    refuses(dialect, 'alg none under a good signature (JOSE-06)', code, { header: { alg: 'none' } }),
    {
      name: `${dialect.name}: refuses HS256 with the public key as its secret, in PEM (JOSE-07)`,
      request: async (kit) => {
        const secret = await exportSPKI(publicKey(kit))
        return presented(kit, dialect, tokenOf(kit, dialect, asSecret(secret)))
      },
      answer: dialect.refusal(code),
    },
    refuses(dialect, 'HS256 with the public key as its secret, in DER (JOSE-07)', code, (kit) =>
      asSecret(publicKey(kit).export({ type: 'spki', format: 'der' })),
    ),
    refuses(dialect, 'a signature by the key of somebody else (AT-03)', 'token_signature_invalid', {
      key: attacker.privateKey,
    }),
    refuses(dialect, 'the jwk of somebody else in the header (JOSE-10)', 'token_signature_invalid', {
      key: attacker.privateKey,
      header: { jwk: attackerJwk },
    }),
    refuses(
      dialect,
      'the jku of somebody else in the header (JOSE-10)',
      'token_signature_invalid',
      (kit) => ({
        key: attacker.privateKey,
        header: { jku: kit.canary.url },
      }),
    ),
  ]
}

function keys(dialect: Dialect): readonly Row[] {
  const code = 'token_key_unknown'
  return [
    refuses(dialect, 'the kid of another key (JOSE-11)', code, (kit) => ({
      header: { kid: kit[dialect.keysOf].keys.ES256.kid },
    })),
    refuses(dialect, 'the jwk of somebody else under its own kid (JOSE-10)', code, {
      key: attacker.privateKey,
      header: { jwk: { ...attackerJwk, kid: 'attacker' }, kid: 'attacker' },
    }),
    refuses(
      dialect,
      'an unknown kid twice, and asks for keys once at most (JOSE-30)',
      code,
      { header: { kid: 'unknown' } },
      async (kit, _, { port }) => {
        const asked = kit[dialect.keysOf].count('jwks')
        const again = presented(kit, dialect, tokenOf(kit, dialect, { header: { kid: 'unheard' } }))
        expect(same(await exchange(port, again))).toEqual(dialect.refusal(code))
        expect(kit[dialect.keysOf].count('jwks')).toBe(asked)
      },
    ),
  ]
}

function issuers(dialect: Dialect): readonly Row[] {
  const { iss } = dialect.fixture.payload
  const other = iss.endsWith('/') ? iss.slice(0, -1) : `${iss}/`
  const code = 'token_issuer_untrusted'
  return [
    refuses(
      dialect,
      `iss with${iss.endsWith('/') ? 'out' : ''} a slash at the end, and tells operators (JOSE-26)`,
      code,
      { claims: { iss: other } },
      tells('only by the slash at the end'),
    ),
    refuses(dialect, 'iss in capital letters (JOSE-26)', code, { claims: { iss: iss.toUpperCase() } }),
    refuses(dialect, 'a token without iss (JOSE-26)', code, { claims: { iss: undefined } }),
  ]
}

/** How far ahead `iat` may be. */
const ahead = 60

function times(dialect: Dialect): readonly Row[] {
  const { clockToleranceSeconds: leeway = 0 } = dialect
  const numeric = { exp: now + 300, nbf: now, iat: now }
  return [
    letsIn(dialect, `exp ${leeway} s ago, but for a second (JOSE-23)`, { claims: { exp: now - leeway + 1 } }),
    refuses(dialect, `exp ${leeway} s ago (JOSE-23)`, 'token_expired', { claims: { exp: now - leeway } }),
    letsIn(dialect, `nbf in ${leeway} s (JOSE-24)`, { claims: { nbf: now + leeway } }),
    refuses(dialect, `nbf in ${leeway + 1} s (JOSE-24)`, 'token_not_yet_valid', {
      claims: { nbf: now + leeway + 1 },
    }),
    letsIn(dialect, `iat in ${ahead} s (JOSE-25)`, { claims: { iat: now + ahead } }),
    refuses(dialect, `iat in ${ahead + 1} s (JOSE-25)`, 'token_not_yet_valid', {
      claims: { iat: now + ahead + 1 },
    }),
    ...Object.entries(numeric).map(([name, time]) =>
      refuses(dialect, `${name} as a string (JOSE-23 to JOSE-25)`, 'token_claim_invalid', {
        claims: { [name]: String(time) },
      }),
    ),
  ]
}

function types(dialect: Dialect): readonly Row[] {
  const code = 'token_type_unexpected'
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  return [
    refuses(dialect, 'typ of a DPoP proof (AT-02)', code, { header: { typ: 'dpop+jwt' } }),
    refuses(dialect, 'typ of a logout token (AT-13)', code, { header: { typ: 'logout+jwt' } }),
    refuses(dialect, 'a logout token that is typ JWT (AT-13)', code, {
      header: { typ: 'JWT' },
      claims: { events },
    }),
    refuses(dialect, 'an ID token (AT-13)', code, {
      header: { typ: 'JWT' },
      claims: { nonce: 'n-0S6_WzA2Mj', at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' },
    }),
    refuses(dialect, 'an audience that is a client, as in ID tokens (AT-13)', 'token_audience_mismatch', {
      claims: { aud: 'the-client' },
    }),
  ]
}

function forms(dialect: Dialect): readonly Row[] {
  return [
    {
      name: `${dialect.name}: refuses an encrypted token, and tells operators (JOSE-21)`,
      request: async (kit) => {
        const encrypted = new CompactEncrypt(Buffer.from(tokenOf(kit, dialect)))
          .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT' })
          .encrypt(attacker.publicKey)
        return presented(kit, dialect, await encrypted)
      },
      answer: dialect.refusal('token_malformed'),
      also: tells('it looks encrypted (JWE)'),
    },
    {
      name: `${dialect.name}: refuses an opaque token, and tells operators`,
      request: (kit) => presented(kit, dialect, 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0'),
      answer: dialect.refusal('token_malformed'),
      also: tells('it looks like an opaque token, a JWT was expected'),
    },
    {
      name: `${dialect.name}: refuses a token of more than 16 KB (BEARER-23)`,
      request: withToken(dialect, { claims: { padding: 'x'.repeat(16 * 1024) } }),
      answer: (dialect.refusalOfNeither ?? dialect.refusal)('credential_malformed'),
    },
  ]
}
