import type { TestAuthorizationServer } from '@portcullis/testing'
import { refusal, unavailable } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { answersWithoutMarker, marker, nothingEscapes, texts } from './hostile-text.js'
import { bearer } from './requests.js'

/** What an authorization server may write into the keys that it publishes: good keys, and some that are none. */
function hostileKeys({ keys }: TestAuthorizationServer): object[] {
  const good = keys.ES256.publicKey.export({ format: 'jwk' })
  const hostile = Object.values(texts).flatMap((text) => [
    { ...good, kid: text, use: 'sig', unheard: text },
    { kty: text, kid: text, alg: text, use: text, key_ops: [text], [text]: text },
  ])
  return [...hostile, { ...good, kid: keys.ES256.kid }]
}

const { '10 KB': tooLong, ...kids } = texts

const hostile = Object.entries(kids).flatMap(([name, kid]): Row[] => [
  {
    name: `lets in a token whose kid is that of a key, with ${name} (BEARER-10, JOSE-11)`,
    request: async ({ main }) => {
      main.publish(hostileKeys(main))
      return bearer(await main.mint({ header: { kid } }))
    },
    answer: passes(),
    also: nothingEscapes,
  },
  {
    name: `refuses a wrong signature under such a kid, with ${name} (BEARER-10, JOSE-11)`,
    request: async ({ main, other }) => {
      main.publish(hostileKeys(main))
      return bearer(await main.mint({ header: { kid }, key: other.keys.ES256.privateKey }))
    },
    answer: refusal('token_signature_invalid'),
    also: nothingEscapes,
  },
])

contract('A. Hostile text in what an authorization server publishes', [
  ...hostile,
  {
    name: 'knows no key by a kid of 10 KB, although there is one (BEARER-10, BEARER-23, JOSE-11)',
    request: async ({ main }) => {
      main.publish(hostileKeys(main))
      return bearer(await main.mint({ header: { kid: tooLong } }))
    },
    answer: refusal('token_key_unknown'),
    also: nothingEscapes,
  },
  {
    name: 'knows no key by a kid of 513 characters, although there is one (BEARER-23, JOSE-11)',
    request: async ({ main }) => {
      const kid = `${kids['512 characters']}x`
      main.publish([...hostileKeys(main), { ...main.keys.ES256.publicKey.export({ format: 'jwk' }), kid }])
      return bearer(await main.mint({ header: { kid } }))
    },
    answer: refusal('token_key_unknown'),
    also: nothingEscapes,
  },
  {
    name: 'tells nobody what its keys say when none is usable (BEARER-10, JOSE-33)',
    request: async ({ legacy }) => {
      legacy.publish(hostileKeys(legacy).map((key) => ({ ...key, kty: marker })))
      return bearer(await legacy.mint())
    },
    answer: unavailable('keys_unavailable'),
    also: answersWithoutMarker,
  },
  {
    name: 'tells nobody where its metadata redirects to (BEARER-10, JOSE-33)',
    request: async ({ other, canary }) => {
      await other.fail({ redirectTo: `${canary.url}/${marker}` }, 'metadata')
      return bearer(await other.mint())
    },
    answer: unavailable('metadata_unavailable'),
    also: answersWithoutMarker,
  },
])
