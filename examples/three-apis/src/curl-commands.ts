import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { JWK } from 'jose'
import type { Demo } from './demo.js'
import { applications, atBoruta, audiences, borutaScopes, maskinportenScopes } from './registrations.js'

/** For every API: a token, then a call with it. */
export function curlCommands({ issuers, servers, apis, keys }: Demo): string {
  const { express, fastify, nest, all } = apis
  const { tenant, id, secret } = applications.reader
  const fromEntraId = [
    `-d client_id=${id} -d client_secret=${secret} -d scope=api://${audiences.nest}/.default`,
    `${servers.entraId.origin}/${tenant}/oauth2/v2.0/token`,
  ]
  const fromBoruta = [
    `-u ${atBoruta.client.id}:${atBoruta.client.secret} -d scope=${borutaScopes.read}`,
    `${issuers.boruta}/oauth/token`,
  ]
  const { maskinporten, helseId } = issuers
  const scope = maskinportenScopes.read
  return [
    [
      '# Express',
      withKey('maskinporten', maskinporten, 'customer', keys.customer.privateJwk, scope, express),
    ],
    [
      '# Fastify',
      withKey('helse-id', helseId, 'clinic', keys.clinic.privateJwk, `${audiences.fastify}/read`, fastify),
    ],
    ['# Nest', ...withSecret(fromEntraId, nest)],
    ['# All four', ...withSecret(fromBoruta, all)],
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

interface Api {
  readonly resource: string
}

function withSecret([request = '', endpoint = '']: readonly string[], { resource }: Api): string[] {
  return [
    `TOKEN=$(curl -s -d grant_type=client_credentials ${request} \\`,
    `  ${endpoint} | node -pe 'JSON.parse(fs.readFileSync(0)).access_token')`,
    `curl -s -i -w '\\n' -H "Authorization: Bearer $TOKEN" ${resource}/accounts`,
  ]
}

/** An assertion and a proof take a signature each. */
function withKey(
  grant: 'maskinporten' | 'helse-id',
  issuer: string,
  client: string,
  { kty, crv, x, y, d }: JWK,
  scope: string,
  { resource }: Api,
): string {
  const script = relative('.', fileURLToPath(new URL('call-with-key.js', import.meta.url)))
  const key = JSON.stringify({ kty, crv, x, y, d })
  return `node ${script} ${grant} ${issuer} ${client} '${key}' \\\n  ${scope} ${resource}`
}
