import { parseArgs } from 'node:util'
import { connect, identityOf } from './client.js'

// What curl cannot do alone: gets a token that is bound to a key of its own, and calls with a proof of that key.
const { positionals } = parseArgs({ allowPositionals: true })
const [issuer = '', credentials = '', resource = ''] = positionals
const [id = '', secret = ''] = credentials.split(':')

const client = await connect(issuer, identityOf(id, secret))
const response = await client.call('GET', `${resource}/accounts`, await client.token(resource, 'read', true))
console.log(`HTTP/1.1 ${response.status} ${response.statusText}\n\n${await response.text()}`)
