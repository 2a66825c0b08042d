import { describe, expect, test } from 'vitest'
import { auth0Causes } from './auth0-causes.js'
import { type Cause, causes, textOf } from './causes.js'
import { entraIdCauses } from './entra-id-causes.js'

const refused = { code: 'token_expired', form: 'jwt', header: {}, claims: {} } as const

describe('causes', () => {
  const always: Cause = [() => true, 'the second']

  test('are told by the first that applies', () => {
    expect(causes([() => false, 'the first'], always, [() => true, 'the third'])(refused)).toBe('the second')
  })

  test('are none where none applies, or none can', () => {
    expect(causes([() => false, 'the first'])(refused)).toBeUndefined()
    expect(causes(false)(refused)).toBeUndefined()
  })

  test('read no claim that is no text', () => {
    expect(textOf({ ...refused, claims: { iss: 5 } }, 'iss')).toBe('')
    expect(textOf({ ...refused, claims: undefined }, 'iss')).toBe('')
  })
})

test.each([
  [
    'Entra ID',
    entraIdCauses({ tenants: ['t'], versions: ['2.0'], issuer: undefined, mode: 'app', isListed: false }),
  ],
  ['Auth0', auth0Causes({ profile: 'auth0', mode: 'm2m', isListed: true })],
])('%s knows nothing of a token that expired, or that is malformed', (_, explain) => {
  expect(explain({ ...refused, header: {}, claims: { iss: 'https://a.example' } })).toBeUndefined()
  expect(
    explain({ code: 'token_malformed', form: 'malformed', header: undefined, claims: undefined }),
  ).toBeUndefined()
})
