import { protectedResource } from '@portcullis/core'
import { expect, test } from 'vitest'
import { maskinporten } from './maskinporten.js'
import { forPerson } from './maskinporten-requirements.js'

test('trusts the Maskinporten of its environment, with a slash at the end, and needs no more than its name', () => {
  expect(maskinporten({ environment: 'test' }).issuer).toBe('https://test.maskinporten.no/')
  const issuers = [maskinporten({ environment: 'production' })]
  expect(issuers[0]?.issuer).toBe('https://maskinporten.no/')
  expect(() => protectedResource({ resource: 'https://api.example', issuers })).not.toThrow()
})

test('trusts another issuer in its place', () => {
  expect(maskinporten({ environment: 'test', issuer: 'http://127.0.0.1:8080/' }).issuer).toBe(
    'http://127.0.0.1:8080/',
  )
})

const wrong: Record<string, [options: object, message: string]> = {
  'no environment': [{ environment: undefined }, 'maskinporten.environment'],
  'another environment': [{ environment: 'ver2' }, 'expected one of production, test, got "ver2"'],
  'an empty resource': [{ resource: '' }, 'maskinporten.resource: expected a string'],
  'another word for delegation': [{ delegation: 'never' }, 'expected one of allow, deny, got "never"'],
  'true for delegation': [{ delegation: true }, 'expected one of allow, deny, got boolean'],
  'null for delegation': [{ delegation: null }, 'expected one of allow, deny, got object'],
  'no sources': [{ delegation: { sources: [] } }, 'maskinporten.delegation.sources'],
  'another member beside sources': [
    { delegation: { sources: ['a'], deny: true } },
    'maskinporten.delegation: unknown option "deny", expected one of sources',
  ],
  'one source twice': [
    { delegation: { sources: ['a', 'a'] } },
    'maskinporten.delegation.sources: expected each one once',
  ],
  'a list in place of an object': [
    { delegation: [] },
    'maskinporten.delegation: expected an object with options',
  ],
  'a misspelt member for sources': [{ delegation: { source: ['a'] } }, 'maskinporten.delegation'],
  'another word for system users': [{ systemUsers: true }, 'maskinporten.systemUsers'],
  'an audience, which is called resource here': [
    { audience: 'https://api.example' },
    'unknown option "audience"',
  ],
}

test.each(Object.entries(wrong))('refuses %s', (_, [options, message]) => {
  const made = () => maskinporten({ environment: 'test', ...options })
  expect(made).toThrow(TypeError)
  expect(made).toThrow(message)
})

test('needs a person to ask for one', () => {
  expect(() => forPerson('')).toThrow(
    new TypeError('forPerson(): expected a string that is not empty, got an empty one'),
  )
})
