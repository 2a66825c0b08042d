import { expect } from 'vitest'
import { refusal } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import type { Kit } from './kit.js'
import { bearer, presenting } from './requests.js'

/** What one Authorization field can hold, and whether its scheme is on offer here. */
const fields: readonly (readonly [name: string, offered: boolean, write: (token: string) => string])[] = [
  ['a good token', true, (token) => `Bearer ${token}`],
  ['a bad token', true, () => 'Bearer b'],
  ['the scheme alone', true, () => 'Bearer'],
  ['Basic', false, () => 'Basic eDp5'],
  ['DPoP', false, (token) => `DPoP ${token}`],
  ['nothing', false, () => ''],
]

const pairs: readonly Row[] = fields.flatMap(([first, firstOffered, writeFirst]) =>
  fields.map(([second, secondOffered, writeSecond]) => ({
    name: `refuses two Authorization fields: ${first}, then ${second} (BEARER-13)`,
    request: presenting((token) => [writeFirst(token), writeSecond(token)]),
    answer: refusal(firstOffered || secondOffered ? 'credential_ambiguous' : 'credential_missing'),
  })),
)

/** A proxy may join repeated fields with a comma: RFC 9110 §5.3. What was nothing leaves no trace at the end of a line. */
const joined: readonly Row[] = fields.flatMap(([first, firstOffered, writeFirst]) =>
  fields
    .filter(([second]) => second !== 'nothing')
    .map(([second, secondOffered, writeSecond]) => ({
      name: `refuses two Authorization fields on one line: ${first}, then ${second} (BEARER-14)`,
      request: presenting((token) => `${writeFirst(token)}, ${writeSecond(token)}`),
      answer: refusal(firstOffered || secondOffered ? 'credential_ambiguous' : 'credential_missing'),
    })),
)

contract('A. More than one Authorization field (RFC 9449 §7.2, RFC 9110 §5.3)', [
  ...pairs,
  ...joined,
  {
    name: 'refuses a line of two credentials and another field (BEARER-13, BEARER-14)',
    request: presenting((token) => [`Bearer ${token}, Bearer ${token}`, `Bearer ${token}`]),
    answer: refusal('credential_ambiguous'),
  },
  {
    name: 'refuses two credentials on one line where credentials are optional (BEARER-14)',
    request: presenting((token) => `Basic eDp5, Bearer ${token}`, { target: '/optional' }),
    answer: refusal('credential_ambiguous'),
  },
  {
    name: 'refuses three Authorization fields with the same good token (BEARER-13)',
    request: presenting((token) => Array(3).fill(`Bearer ${token}`)),
    answer: refusal('credential_ambiguous'),
  },
  {
    name: 'refuses two Authorization fields whose names differ in case (BEARER-13)',
    request: async ({ main }) => {
      const value = `Bearer ${await main.mint()}`
      const names = ['authorization', 'AUTHORIZATION']
      return { headers: names.map((name) => [name, value] as const) }
    },
    answer: refusal('credential_ambiguous'),
  },
  {
    name: 'names ambiguity, not form, when one of two fields is malformed (BEARER-13)',
    request: presenting((token) => [`Bearer ${token} x`, `Bearer\t${token}`]),
    answer: refusal('credential_ambiguous'),
  },
])

const form = 'application/x-www-form-urlencoded'

/** Where a token does not belong. None of these places is read. */
const elsewhere: Readonly<Record<string, (token: string) => Exchange>> = {
  'in the query': (token) => ({ target: `/any?access_token=${token}` }),
  'twice in the query': (token) => ({ target: `/any?access_token=${token}&access_token=${token}` }),
  'in a form': (token) => ({
    method: 'POST',
    headers: [['Content-Type', form]],
    body: `access_token=${token}`,
  }),
  'in query and form': (token) => ({
    method: 'POST',
    target: `/any?access_token=${token}`,
    headers: [['Content-Type', form]],
    body: `access_token=${token}`,
  }),
  'in Proxy-Authorization': (token) => ({ headers: [['Proxy-Authorization', `Bearer ${token}`]] }),
  'in X-Authorization': (token) => ({ headers: [['X-Authorization', `Bearer ${token}`]] }),
  'in a cookie': (token) => ({ headers: [['Cookie', `access_token=${token}`]] }),
}

const misplaced: readonly Row[] = Object.entries(elsewhere).flatMap(([place, put]): Row[] => {
  let token = ''
  const minted = async ({ main }: Kit) => {
    token = await main.mint()
    return put(token)
  }
  const also: Row['also'] = ({ events }) => expect(JSON.stringify(events)).not.toContain(token)
  return [
    {
      name: `takes a good token ${place} for no credentials, and reports nothing of it (BEARER-15)`,
      request: minted,
      answer: refusal('credential_missing'),
      also,
    },
    {
      name: `lets a good token in the header decide, whatever stands ${place} (BEARER-12)`,
      request: async (kit) => bearer(await kit.main.mint({ clientId: 'in-the-header' }), await minted(kit)),
      answer: passes({ clientId: 'in-the-header' }),
      also,
    },
    {
      name: `lets a bad token in the header decide, whatever stands ${place} (BEARER-12)`,
      request: async (kit) => bearer(await kit.main.mint({ expiresInSeconds: 0 }), await minted(kit)),
      answer: refusal('token_expired'),
      also,
    },
  ]
})

contract('A. A token where it does not belong (RFC 6750 §2, RFC 9700 §4.3.2)', misplaced)
