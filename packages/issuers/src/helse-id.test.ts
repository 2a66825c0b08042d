import { protectedResource } from '@portcullis/core'
import { expect, test } from 'vitest'
import { type HelseIdOptions, helseId } from './helse-id.js'

test('trusts the HelseID of its environment, and needs nothing but a name', () => {
  expect(helseId({ environment: 'test', audience: 'nhn:api' }).issuer).toBe('https://helseid-sts.test.nhn.no')
  const issuers = [helseId({ environment: 'production', audience: 'nhn:api' })]
  expect(issuers[0]?.issuer).toBe('https://helseid-sts.nhn.no')
  expect(() =>
    protectedResource({ resource: 'https://api.example', issuers, onEvent: () => undefined }),
  ).not.toThrow()
})

test('trusts another issuer in its place', () => {
  const issuer = 'http://127.0.0.1:8080'
  expect(helseId({ environment: 'test', audience: 'nhn:api', issuer }).issuer).toBe(issuer)
})

test('demands DPoP, tells how it checks proofs, and lets that be changed but for its being demanded', () => {
  const policyWith = (dpop: HelseIdOptions['dpop']) => {
    const events: object[] = []
    const options = { environment: 'test', audience: 'nhn:api', ...(dpop && { dpop }) } as const
    protectedResource({
      resource: 'https://api.example',
      issuers: [helseId(options)],
      onEvent: (event) => events.push(event),
    })
    return events[0]
  }
  const policy = { required: true, proofMaxAgeSeconds: 10, futureSkewSeconds: 5, nonce: false }
  expect(policyWith(undefined)).toMatchObject({ schemes: ['DPoP'], issuers: [{ dpop: policy }] })
  expect(policyWith({ proofMaxAgeSeconds: 30, required: true })).toMatchObject({
    schemes: ['DPoP'],
    issuers: [{ dpop: { ...policy, proofMaxAgeSeconds: 30 } }],
  })
  expect(() => policyWith({ required: false })).toThrow('helseId.dpop.required: expected true')
})

const wrong: Record<string, [options: object, message: string]> = {
  'another environment': [{ environment: 'qa' }, 'expected one of production, test, got "qa"'],
  'no audience': [{ audience: '' }, 'helseId.audience: expected a string that is not empty'],
  'several audiences': [{ audience: ['nhn:a', 'nhn:b'] }, 'helseId.audience: expected a string'],
  'another mode': [{ mode: 'client' }, 'expected one of m2m, user, any, got "client"'],
  'a word for true': [
    { organisationRequired: 'yes' },
    'helseId.organisationRequired: expected true or false',
  ],
  'a symmetric algorithm': [{ algorithms: ['HS256'] }, 'helseId: jwtIssuer.algorithms'],
  'a misspelt option': [{ organizationRequired: true }, 'helseId: unknown option "organizationRequired"'],
}

test.each(Object.entries(wrong))('refuses %s', (_, [options, message]) => {
  const made = () => helseId({ environment: 'test', audience: 'nhn:api', ...options })
  expect(made).toThrow(TypeError)
  expect(made).toThrow(message)
})
