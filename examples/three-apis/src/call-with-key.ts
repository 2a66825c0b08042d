import { parseArgs } from 'node:util'
import { type CryptoKey, importJWK, type JWK } from 'jose'
import { connectToHelseId } from './clients/helse-id.js'
import { connectToMaskinporten } from './clients/maskinporten.js'

// What curl cannot do alone: signs an assertion to get a token, and for HelseID a proof of possession for the call.
const { positionals } = parseArgs({ allowPositionals: true })
const [grant, issuer = '', client = '', jwk = '{}', scope = '', resource = ''] = positionals
// A secret would be bytes; a key of ES256 is none.
const key = (await importJWK(JSON.parse(jwk) as JWK, 'ES256')) as CryptoKey

const token =
  grant === 'helse-id'
    ? await (await connectToHelseId(issuer, client, key)).token(scope)
    : await (await connectToMaskinporten(issuer, client, key)).token(scope, {})
const response = await token.client.call('GET', `${resource}/accounts`, token)
console.log(`HTTP/1.1 ${response.status} ${response.statusText}\n\n${await response.text()}`)
