import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  clientAt,
  type DpopClient,
  policyWith,
  recordingStore,
  requestOf,
  sha256Of,
  url,
} from '../../test-support/dpop.js'
import { accessTokenWith } from '../../test-support/principals.js'
import { reasonOf, rejection } from '../../test-support/refusal.js'
import { issuer, moment, resource } from '../../test-support/tokens.js'
import type { Credential } from '../credential/credential.js'
import type { Rejection } from '../rejection.js'
import type { AccessToken } from '../token/access-token.js'
import { confirmSender as confirmAtOnce, type Sender, type SenderContext } from './confirm-sender.js'
import { ProofHeaders } from './proof-headers.js'

/** Whether at once or later. */
const confirmSender = async (token: AccessToken, context: SenderContext): Promise<Sender> =>
  confirmAtOnce(token, context)

const client = clientAt()
const text = 'a-token'
const certificate = new TextEncoder().encode('a certificate in DER')
const x5t = createHash('sha256').update(certificate).digest('base64url')

function tokenWith(changes: object, clientId: string | undefined = 'client-1'): AccessToken {
  return accessTokenWith(changes, { clientId })
}

const underBearer: Credential = { scheme: 'Bearer', token: text }
const underDpop = (by: DpopClient = client, claims: object = {}): Credential => ({
  scheme: 'DPoP',
  token: text,
  proof: by.proof({ method: 'GET', url, token: text, claims: { ...claims } }),
})

function contextWith(changes: Partial<SenderContext>): SenderContext {
  return {
    credential: underBearer,
    tokenHash: sha256Of(text),
    request: requestOf({}, { certificate }),
    targets: [url],
    resource,
    proofHeaders: new ProofHeaders(),
    now: moment,
    dpop: undefined,
    certificate: 'socket',
    ...changes,
  }
}

const modes = {
  off: undefined,
  optional: policyWith(),
  required: policyWith({ required: true }),
}
const bindings = {
  none: undefined,
  jkt: { jkt: client.thumbprint },
  x5t: { 'x5t#S256': x5t },
  both: { jkt: client.thumbprint, 'x5t#S256': x5t },
}
const required = 'confirmation_required'
const downgraded = 'confirmation_downgraded'
const unsupported = 'confirmation_unsupported'

describe('whether what came fits the token (DPOP-24, DPOP-25, DPOP-26, DPOP-27, DPOP-29, MTLS-01, MTLS-08)', () => {
  test.each<[Credential['scheme'], keyof typeof modes, keyof typeof bindings, string]>([
    ['Bearer', 'off', 'none', 'good'],
    ['Bearer', 'off', 'jkt', downgraded],
    ['Bearer', 'off', 'x5t', 'good'],
    ['Bearer', 'off', 'both', downgraded],
    ['Bearer', 'optional', 'none', 'good'],
    ['Bearer', 'optional', 'jkt', downgraded],
    ['Bearer', 'optional', 'x5t', 'good'],
    ['Bearer', 'optional', 'both', downgraded],
    ['Bearer', 'required', 'none', required],
    ['Bearer', 'required', 'jkt', downgraded],
    ['Bearer', 'required', 'x5t', required],
    ['Bearer', 'required', 'both', downgraded],
    ['DPoP', 'off', 'none', required],
    ['DPoP', 'off', 'jkt', unsupported],
    ['DPoP', 'off', 'x5t', required],
    ['DPoP', 'off', 'both', unsupported],
    ['DPoP', 'optional', 'none', required],
    ['DPoP', 'optional', 'jkt', 'good'],
    ['DPoP', 'optional', 'x5t', required],
    ['DPoP', 'optional', 'both', 'good'],
    ['DPoP', 'required', 'none', required],
    ['DPoP', 'required', 'jkt', 'good'],
    ['DPoP', 'required', 'x5t', required],
    ['DPoP', 'required', 'both', 'good'],
  ])('%s with DPoP %s and a token bound by %s: %s', async (scheme, mode, binding, outcome) => {
    const credential = scheme === 'Bearer' ? underBearer : underDpop()
    const cnf = bindings[binding]
    const sender = confirmSender(
      tokenWith(cnf ? { cnf } : {}),
      contextWith({ credential, dpop: modes[mode] }),
    )
    if (outcome === 'good') {
      const { confirmation, proof } = await sender
      expect(confirmation).toStrictEqual(cnf)
      expect(proof !== undefined).toBe(scheme === 'DPoP')
    } else {
      expect(await reasonOf(sender)).toMatchObject({ code: outcome, error: 'invalid_token', status: 401 })
    }
  })

  test('and operators are told where DPoP is switched on (DPOP-27)', async () => {
    const token = tokenWith({ cnf: bindings.jkt })
    for (const credential of [underBearer, underDpop()]) {
      const { message } = (await reasonOf(confirmSender(token, contextWith({ credential })))) as Rejection
      expect(message).toContain('DPoP is off for its issuer, see protectedResource({ dpop })')
    }
  })
})

test.each([{}, { foo: 1 }, { kid: 'k' }, { jwk: {} }, { jkt: 5 }, [], null, 'jkt', false, 0, ''])(
  'a token whose cnf is %j is never taken for unbound, in any scheme and mode (DPOP-25, MTLS-08)',
  async (cnf) => {
    for (const dpop of Object.values(modes))
      for (const credential of [underBearer, underDpop()]) {
        const error = await reasonOf(confirmSender(tokenWith({ cnf }), contextWith({ credential, dpop })))
        expect(error).toMatchObject({ code: unsupported })
      }
  },
)

describe('both bindings are enforced where there are both (MTLS-08)', () => {
  const token = tokenWith({ cnf: bindings.both })
  const context = { credential: underDpop(), dpop: modes.optional }

  test.each<[string, Partial<SenderContext>, string]>([
    [
      'another certificate',
      { request: requestOf({}, { certificate: new Uint8Array(3) }) },
      'certificate_mismatch',
    ],
    ['no certificate', { request: requestOf({}) }, 'certificate_missing'],
    ['certificates that are not looked at', { certificate: undefined }, unsupported],
    ['the key of another client', { credential: underDpop(clientAt()) }, 'confirmation_mismatch'],
    ['a bad proof', { credential: underDpop(client, { htm: 'POST' }) }, 'proof_method_mismatch'],
  ])('with %s', async (_, changes, code) => {
    await expect(confirmSender(token, contextWith({ ...context, ...changes }))).rejects.toMatchObject({
      code,
    })
  })

  test('with what both of them name', async () => {
    await expect(confirmSender(token, contextWith(context))).resolves.toMatchObject({
      confirmation: bindings.both,
    })
  })
})

test('a certificate is enforced without DPoP, too (MTLS-02)', async () => {
  const token = tokenWith({ cnf: bindings.x5t })
  const codes = await Promise.all(
    [{ request: requestOf({}) }, { request: requestOf({}, { certificate: new Uint8Array(3) }) }].map(
      async (changes) => ((await reasonOf(confirmSender(token, contextWith(changes)))) as Rejection).code,
    ),
  )
  expect(codes).toEqual(['certificate_missing', 'certificate_mismatch'])
})

test('a certificate that no token is bound to means nothing', async () => {
  const without = contextWith({ certificate: undefined })
  await expect(confirmSender(tokenWith({}), without)).resolves.toEqual({
    confirmation: undefined,
    proof: undefined,
  })
})

test('claims from elsewhere than a JWT are judged alike: cnf stands at the top, token_type says nothing (RFC 9449 §6.2)', async () => {
  const answer = { active: true, token_type: 'Bearer', cnf: bindings.jkt, iat: undefined, jti: undefined }
  const dpop = modes.optional
  await expect(confirmSender(tokenWith(answer), contextWith({ dpop }))).rejects.toMatchObject({
    code: downgraded,
  })
  const nested = { token_type: 'DPoP', ext: { cnf: bindings.jkt } }
  const credential = underDpop()
  await expect(confirmSender(tokenWith(nested), contextWith({ dpop, credential }))).rejects.toMatchObject({
    code: required,
  })
})

describe('the key of another client', () => {
  test('makes a stolen token a bad one, not its good proof (DPOP-24)', async () => {
    const credential = underDpop(clientAt())
    const stolen = confirmSender(
      tokenWith({ cnf: bindings.jkt }),
      contextWith({ credential, dpop: modes.optional }),
    )
    await expect(stolen).rejects.toMatchObject({ code: 'confirmation_mismatch', error: 'invalid_token' })
  })
})

describe('the use of a proof', () => {
  const sent = async (changes: Partial<SenderContext> = {}, clientId: string | undefined = 'client-1') => {
    const store = recordingStore()
    const context = contextWith({
      credential: underDpop(),
      dpop: policyWith({ replayStore: store }),
      ...changes,
    })
    const { proof } = await confirmSender(tokenWith({ cnf: bindings.jkt }, clientId), context)
    return { store, proof }
  }

  test('is not taken by looking at it, but when that is asked for, with the clock of the resource (DPOP-44)', async () => {
    const { store, proof } = await sent({ now: moment + 3 })
    expect(store.asked).toEqual([])
    await proof?.use()
    const owner = sha256Of(JSON.stringify([issuer, 'client-1']))
    expect(store.asked).toEqual([
      { id: expect.stringMatching(/^[\w-]{43}$/), owner, until: moment + 60, now: moment + 3 },
    ])
  })

  test.each([60, 60.001, 3600, NaN])(
    'is asked about with the time at which it is taken; %d s later it may be too late (DPOP-20, DPOP-44)',
    async (seconds) => {
      let now = moment
      const store = recordingStore()
      const context = {
        ...contextWith({ credential: underDpop(), dpop: policyWith({ replayStore: store }) }),
        get now() {
          return now
        },
      }
      const { proof } = await confirmSender(tokenWith({ cnf: bindings.jkt }), context)
      now = moment + seconds
      if (seconds === 60) await proof?.use()
      else expect(() => proof?.use()).toThrow(rejection('proof_stale'))
      expect(store.asked.map((use) => use.now)).toEqual(seconds === 60 ? [now] : [])
    },
  )

  test('works once (DPOP-41)', async () => {
    const { proof } = await sent()
    expect(proof?.use()).toBeUndefined()
    expect(() => proof?.use()).toThrow(rejection('proof_replayed'))
  })

  test('counts for the client, whichever key it has; else for the key (DPOP-45)', async () => {
    const store = recordingStore()
    const ownerOf = async (by: DpopClient, clientId: string | undefined) => {
      const token = { ...tokenWith({ cnf: { jkt: by.thumbprint } }), clientId }
      const context = contextWith({ credential: underDpop(by), dpop: policyWith({ replayStore: store }) })
      await (await confirmSender(token, context)).proof?.use()
      return store.asked.at(-1)?.owner
    }
    const other = clientAt()
    expect(await ownerOf(client, 'a')).toBe(await ownerOf(other, 'a'))
    expect(await ownerOf(client, 'a')).not.toBe(await ownerOf(client, 'b'))
    expect(await ownerOf(client, undefined)).toBe(client.thumbprint)
    expect(await ownerOf(other, undefined)).toBe(other.thumbprint)
  })

  test('tells the new nonce to a client that used the previous one (DPOP-39)', async () => {
    const nonce = {
      current: () => 'new',
      judge: (given: string) => (given === 'old' ? 'previous' : 'current'),
    } as const
    const newNonceFor = async (given: string) => {
      const { proof } = await sent({
        credential: underDpop(client, { nonce: given }),
        dpop: policyWith({ nonce }),
      })
      return proof?.newNonce
    }
    expect([await newNonceFor('old'), await newNonceFor('new')]).toEqual(['new', undefined])
  })
})
