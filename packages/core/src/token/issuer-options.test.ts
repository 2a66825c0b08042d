import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { typeErrorOf } from '../../test-support/refusal.js'
import { issuer } from '../../test-support/tokens.js'
import { scope } from '../authorization/kinds/scope.js'
import { defaultAlgorithms } from '../jws/signature-algorithms.js'
import { introspectionIssuer } from './introspection-issuer.js'
import { checkIssuerOptionNames, readIssuerOptions } from './issuer-options.js'
import { jwtIssuer } from './jwt-issuer.js'
import { settingsOf } from './trusted-issuer.js'

const read = (options: object = {}) => readIssuerOptions('here', { issuer, ...options })

test('without options, everything has its default', () => {
  expect(read()).toEqual({
    issuer,
    audience: {},
    algorithms: defaultAlgorithms,
    http: { timeoutSeconds: 5, maxBytes: 512 * 1024, fetch: undefined },
  })
})

test('keeps what it is given, for either kind of issuer', () => {
  const options = {
    audience: 'a',
    scopeClaims: ['scp'],
    clientIdClaims: ['azp', 'appid'],
    claims: z.object({}),
    extend: () => ({}),
    explain: () => undefined,
    requires: scope('a'),
  } as const
  const { claims, audience: _, ...kept } = options
  const settings = { ...kept, claimsSchema: claims, audience: { values: ['a'] } }
  expect(read(options)).toMatchObject(settings)
  const asked = introspectionIssuer({ issuer, client: { id: 'a', secret: 's' }, ...options })
  for (const made of [jwtIssuer({ issuer, ...options }), asked])
    expect(settingsOf(made)).toMatchObject(settings)
})

test('keeps a list of its own', () => {
  const clientIdClaims = ['azp']
  const settings = read({ clientIdClaims })
  clientIdClaims.push('sub')
  expect(settings.clientIdClaims).toEqual(['azp'])
})

describe('a wrong option is a TypeError that names it', () => {
  test.each<[string, unknown, RegExp]>([
    ['extend', null, /expected a function, got null/],
    ['extend', {}, /expected a function, got \{\}/],
    ['explain', 'ask support', /expected a function, got 'ask support'/],
    ['clientIdClaims', [], /expected a list of strings, none empty/],
    ['clientIdClaims', 'azp', /expected a list of strings, none empty/],
    ['clientIdClaims', ['azp', ''], /expected a list of strings, none empty/],
    ['clientIdClaims', ['azp', 'azp'], /expected a list without doubles/],
  ])('%s: %j', (name, given, expected) => {
    const message = typeErrorOf(() => read({ [name]: given }))
    expect(message.startsWith(`here.${name}: `)).toBe(true)
    expect(message).toMatch(expected)
  })

  test.each(['extend', 'explain', 'requires', 'clientIdClaims', 'audience', 'own'])(
    '%s: undefined, as an unset variable is',
    (name) => {
      const options = { issuer, [name]: undefined }
      expect(typeErrorOf(() => checkIssuerOptionNames('here', options, ['issuer'], ['own']))).toBe(
        `here.${name}: expected a value (or leave the option out), got undefined`,
      )
    },
  )

  test('one that is not known', () => {
    expect(
      typeErrorOf(() => checkIssuerOptionNames('here', { clientIdClaim: 'azp' }, ['issuer'], ['own'])),
    ).toMatch(/^here: unknown option "clientIdClaim", expected one of issuer, .*clientIdClaims, .*own$/)
  })
})
