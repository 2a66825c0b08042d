import { expect } from 'vitest'
import { refusal, type Same } from './answers.js'
import { passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { authorization, minted, presenting } from './requests.js'

/** Nobody looked at the credentials. */
export const nothingReported: NonNullable<Row['also']> = ({ events }) => expect(events).toEqual([])

/** The request reaches its handler as nobody's. */
export const anonymous = passes(null)
/** Every way to present, or not to present, a credential; and what comes of it where any valid token will do. */
const credentials: readonly (readonly [
  name: string,
  onTarget: (request: Exchange) => Row['request'],
  refused: Same | undefined,
])[] = [
  ['without credentials', (request) => () => request, refusal('credential_missing')],
  ['with a foreign scheme', (request) => authorization('Basic eDp5', request), refusal('credential_missing')],
  ['with an empty field', (request) => authorization('', request), refusal('credential_missing')],
  ['with the scheme alone', (request) => authorization('Bearer', request), refusal('credential_malformed')],
  [
    'with the scheme and a space',
    (request) => authorization('Bearer ', request),
    refusal('credential_malformed'),
  ],
  ['with two words', (request) => authorization('Bearer a b', request), refusal('credential_malformed')],
  ['with a bad token', (request) => authorization('Bearer a.b.c', request), refusal('token_malformed')],
  ['with an expired token', (request) => minted({ expiresInSeconds: 0 }, request), refusal('token_expired')],
  [
    'with two fields',
    (request) => presenting((token) => [`Bearer ${token}`, 'Basic eDp5'], request),
    refusal('credential_ambiguous'),
  ],
  ['with a good token', (request) => minted({ scope: 'accounts:read' }, request), undefined],
]

/** No scheme on offer was named. */
export const isAbsent = (refused: Same | undefined) => refused?.body === refusal('credential_missing').body

/** One row for each credential, at this target. */
export function each(
  target: string,
  does: string,
  answer: (refused: Same | undefined) => Row['answer'],
  ids: string,
  also?: Row['also'],
): Row[] {
  return credentials.map(([name, on, refused]) => ({
    name: `${does} ${name} (${ids})`,
    request: on({ target }),
    answer: answer(refused),
    ...(also && { also }),
  }))
}
