import { expect, test } from 'vitest'
import { typeErrorOf } from '../test-support/refusal.js'
import { readResource } from './resource-identifier.js'

test.each([
  'https://api.example',
  'https://api.example/a%20b/%C3%A9',
  'https://api.example/a?b=%zz',
  'http://localhost:3000/v1/',
])('is kept as it is written: %s (PRM-01)', (resource) => {
  expect(readResource('here', resource)).toBe(resource)
})

test.each(['%', 'a%2', '%zz', '%ff', '%C3'])('a path that no server decodes is a TypeError: %s', (path) => {
  const resource = `https://api.example/${path}`
  expect(typeErrorOf(() => readResource('here', resource))).toBe(
    `here: expected a path in which % stands for UTF-8 (RFC 3986 §2.5), got '${resource}'`,
  )
})

test.each([undefined, null, '', 'urn:example:api', 'http://api.example', 'https://api.example/#a'])(
  '%j is no identifier of a resource (PRM-01)',
  (given) => {
    expect(typeErrorOf(() => readResource('here', given))).toMatch(
      /^here: expected an https URL .*jwtIssuer\(\{ audience \}\), got /,
    )
  },
)
