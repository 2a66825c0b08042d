import * as v from 'valibot'
import { expect, test } from 'vitest'
import { organisationClaim, organisationId } from './organisation-id.js'

const authority = 'iso6523-actorid-upis'
const idOf = (ID: unknown) => organisationId(v.parse(organisationClaim, { authority, ID }))

test('reads the number of an organisation of the Norwegian register', () => {
  expect(idOf('0192:910753614')).toEqual({
    id: '0192:910753614',
    icd: '0192',
    organisationNumber: '910753614',
  })
})

test('reads a part of an organisation, which has the number of the whole', () => {
  expect(idOf('0192:910753614:12:1')).toMatchObject({
    id: '0192:910753614:12:1',
    organisationNumber: '910753614',
  })
})

test('takes no number of another register for a Norwegian one', () => {
  expect(idOf('0007:910753614')).toEqual({ id: '0007:910753614', icd: '0007', organisationNumber: undefined })
})

test.each([
  '0192:',
  '0192:91075361',
  '0192:910753614:',
  '0192:a10753614',
  '910753614',
  '0192:910753614:1:2:3',
  5,
])('refuses %j', (id) => {
  expect(() => idOf(id)).toThrow(v.ValiError)
})

test('refuses another authority, and one that is written in capitals', () => {
  for (const claim of [{ authority: 'other' }, { Authority: authority }]) {
    expect(v.is(organisationClaim, { ID: '0192:910753614', ...claim })).toBe(false)
  }
})
