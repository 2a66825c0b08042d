import { refusal } from './answers.js'
import { contract, type Expected, passes, type Row } from './contract.js'
import { marker, nothingEscapes, texts } from './hostile-text.js'
import { minted } from './requests.js'

const values: Readonly<Record<string, unknown>> = {
  ...texts,
  'an object': { [marker]: { nested: [marker] }, toString: marker },
  'a list': [marker, [marker, { [marker]: marker }]],
}

type Judge = (value: unknown) => Expected

const always =
  (answer: Expected): Judge =>
  () =>
    answer
/** Harmless in a token that is correctly signed: let in. */
const harmless = always(passes())
const harmlessText: Judge = (value) => (typeof value === 'string' ? passes() : refusal('token_claim_invalid'))

const headerMembers: Readonly<Record<string, Judge>> = {
  alg: always(refusal('token_algorithm_refused')),
  kid: always(refusal('token_key_unknown')),
  typ: always(refusal('token_type_unexpected')),
  crit: always(refusal('token_malformed')),
  b64: always(refusal('token_malformed')),
  jwk: harmless,
  jku: harmless,
  x5u: harmless,
  x5c: harmless,
  cty: harmless,
  unheard: harmless,
}

const claims: Readonly<Record<string, Judge>> = {
  iss: always(refusal('token_issuer_untrusted')),
  aud: (value) => refusal(typeof value === 'string' ? 'token_audience_mismatch' : 'token_claim_invalid'),
  sub: harmlessText,
  client_id: harmlessText,
  azp: harmlessText,
  jti: harmlessText,
  scope: harmless,
  exp: always(refusal('token_claim_invalid')),
  nbf: always(refusal('token_claim_invalid')),
  iat: always(refusal('token_claim_invalid')),
  cnf: always(refusal('confirmation_unsupported')),
  unheard: harmless,
}

function rows(part: 'header' | 'claims', members: Readonly<Record<string, Judge>>, ids: string): Row[] {
  return Object.entries(members).flatMap(([member, judge]) =>
    Object.entries(values).map(([name, value]) => ({
      name: `${'passes' in judge(value) ? 'lets in' : 'refuses'} ${member} in the ${part} with ${name} (${ids})`,
      request: minted({ [part]: { [member]: value } }),
      answer: judge(value),
      also: nothingEscapes,
    })),
  )
}

function named(part: 'header' | 'claims'): Row[] {
  return Object.entries(texts).map(([name, text]) => ({
    name: `lets in a name in the ${part} with ${name} (BEARER-10, JOSE-05)`,
    request: minted({ [part]: { [text]: 1 } }),
    answer: passes(),
    also: nothingEscapes,
  }))
}

contract('A. Hostile text in the header of a token', [
  ...rows('header', headerMembers, 'BEARER-10, JOSE-11'),
  ...named('header'),
])

contract('A. Hostile text in the claims of a token', [
  ...rows('claims', claims, 'BEARER-10'),
  ...named('claims'),
  ...Object.entries(texts).map(([name, scope]) => ({
    name: `refuses a scope with ${name} where another is needed, and names that alone (BEARER-10, BEARER-20)`,
    request: minted({ scope }, { method: 'POST', target: '/write' }),
    answer: refusal('scope_insufficient', 'accounts:write'),
    also: nothingEscapes,
  })),
])
