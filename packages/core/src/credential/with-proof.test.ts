import { describe, expect, test } from 'vitest'
import { readCredential } from '../../test-support/credentials.js'
import { requestOf } from '../../test-support/dpop.js'
import { rejection, thrownBy } from '../../test-support/refusal.js'
import type { Rejection } from '../rejection.js'
import { fromFetch } from '../request/from-fetch.js'

describe('under DPoP', () => {
  const schemes = ['Bearer', 'DPoP'] as const
  const proof = 'eyJ0eXAiOiJkcG9wK2p3dCJ9.eyJodG0iOiJHRVQifQ.c2lnLW5hdHVyZV8'
  const readBoth = (authorization: string | string[], dpop: string | string[]) =>
    readCredential(requestOf({ authorization, dpop }), schemes)
  const refusedBoth = (authorization: string | string[], dpop: string | string[]) =>
    thrownBy(() => readBoth(authorization, dpop)) as Rejection

  test.each(['DPoP', 'dpop', 'DPOP', 'dPoP'])(
    'a token comes with its proof, the scheme written %s (DPOP-01)',
    (scheme) => {
      const expected = { scheme: 'DPoP', token: 'mF_9.B5f-4.1JqM==', proof }
      expect(readBoth(`${scheme} mF_9.B5f-4.1JqM==`, proof)).toEqual(expected)
      expect(readBoth(`${scheme}   mF_9.B5f-4.1JqM==`, [proof])).toEqual(expected)
    },
  )

  test('the field with the proof means nothing beside a bearer token (DPOP-28)', () => {
    for (const dpop of [[], proof, [proof, proof], '', 'x'.repeat(9000)])
      expect(readBoth('Bearer a', dpop)).toEqual({ scheme: 'Bearer', token: 'a' })
  })

  test('the proof is missing where there is no such field (DPOP-02)', () => {
    const refusal = refusedBoth('DPoP a', [])
    expect(refusal).toMatchObject({
      code: 'proof_missing',
      scheme: 'DPoP',
      error: 'invalid_dpop_proof',
      status: 401,
    })
  })

  test.each([
    ['two fields', [proof, proof], /2 of them/],
    ['two fields, of which one is empty', [proof, ''], /2 of them/],
    ['three fields', [proof, proof, proof], /3 of them/],
    ['more than 8 KB', 'a'.repeat(8 * 1024 + 1), /longer than 8192 characters/],
  ])('the proof is malformed when it came in %s (DPOP-03)', (_, dpop, reason) => {
    const refusal = refusedBoth('DPoP a', dpop)
    expect(refusal).toMatchObject({ code: 'proof_malformed', scheme: 'DPoP', error: 'invalid_dpop_proof' })
    expect(refusal.message).toMatch(reason)
    expect(refusal.stack).not.toContain(proof)
  })

  test('the proof may have 8 KB; what is in it is looked at later', () => {
    for (const dpop of ['a'.repeat(8 * 1024), '', 'junk', `${proof}, ${proof}`])
      expect(readBoth('DPoP a', dpop)).toEqual({ scheme: 'DPoP', token: 'a', proof: dpop })
  })

  test.each(['DPoP', 'DPoP ', 'DPoP\ta', 'DPoP a b', 'DPoP "a"', 'DPoP a=b', 'DPoP:a', 'DPoP é'])(
    'the token is malformed, whatever came as proof: %j (BEARER-03)',
    (authorization) => {
      for (const dpop of [[], proof, [proof, proof]]) {
        const refusal = refusedBoth(authorization, dpop)
        expect(refusal).toMatchObject({ code: 'credential_malformed', scheme: 'DPoP', status: 400 })
      }
    },
  )

  test.each<[string, string | string[]]>([
    ['two fields', ['DPoP a', 'DPoP a']],
    ['two fields of two schemes', ['Bearer a', 'DPoP a']],
    ['a foreign field, too', ['Basic eDp5', 'DPoP a']],
    ['one line of two', 'DPoP a, Bearer b'],
    ['one line of two, the other way round', 'Bearer b, DPoP a'],
    ['one line with a foreign one', 'Basic eDp5Og==, DPoP a'],
  ])('credentials in %s are ambiguous (BEARER-13)', (_, authorization) => {
    expect(refusedBoth(authorization, proof)).toMatchObject({
      code: 'credential_ambiguous',
      scheme: undefined,
    })
  })

  test.each(['DPoPX a', 'DPoP-Token a', 'XDPoP a', 'D a', 'dpop+jwt a'])(
    'another scheme whose name is only like it is none that is known: %s (BEARER-06)',
    (authorization) => {
      expect(refusedBoth(authorization, proof)).toEqual(rejection('credential_missing'))
    },
  )

  test('the scheme is foreign where DPoP is off (BEARER-06)', () => {
    expect(() => readCredential(requestOf({ authorization: 'DPoP a', dpop: proof }), ['Bearer'])).toThrow(
      rejection('credential_missing'),
    )
  })

  test('the field Proxy-Authorization is not looked at (DPOP-46)', () => {
    const request = requestOf({ 'proxy-authorization': 'DPoP a', dpop: proof })
    expect(() => readCredential(request, schemes)).toThrow(rejection('credential_missing'))
  })

  test('two proofs that Headers joined are one field whose value is none: no half of it is taken (DPOP-03)', () => {
    const headers = new Headers({ authorization: 'DPoP a' })
    for (const one of [proof, proof]) headers.append('dpop', one)
    const request = fromFetch(new Request('https://api.example/', { headers }))
    expect(readCredential(request, schemes)).toMatchObject({ proof: `${proof}, ${proof}` })
  })
})
