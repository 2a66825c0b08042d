import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Demo } from './demo.js'

/** For every API: a token into a variable of the shell, then a call with it. */
export function curlCommands({ issuer, apis, secret }: Demo): string {
  return apis
    .map(({ framework, resource, usesDpop }) => {
      const command = usesDpop ? withProof(issuer, secret, resource) : withToken(issuer, secret, resource)
      return [`# ${framework}`, ...command].join('\n')
    })
    .join('\n\n')
}

function withToken(issuer: string, secret: string, resource: string): string[] {
  return [
    `TOKEN=$(curl -s -u ${secret} -d grant_type=client_credentials -d scope=read \\`,
    `  -d resource=${resource} ${issuer}/token | node -pe 'JSON.parse(fs.readFileSync(0)).access_token')`,
    `curl -s -i -w '\\n' -H "Authorization: Bearer $TOKEN" ${resource}/accounts`,
  ]
}

/** A proof takes a key, and a signature for each call. */
function withProof(issuer: string, secret: string, resource: string): string[] {
  const script = relative('.', fileURLToPath(new URL('call-with-dpop.js', import.meta.url)))
  return [`node ${script} ${issuer} ${secret} ${resource}`]
}
