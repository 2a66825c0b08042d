import type { Demo } from './demo.js'

/** For every API: a token into a variable of the shell, then a call with it. */
export function curlCommands({ issuer, apis, secret }: Demo): string {
  return apis
    .map(({ framework, resource }) =>
      [
        `# ${framework}`,
        `TOKEN=$(curl -s -u ${secret} -d grant_type=client_credentials -d scope=read \\`,
        `  -d resource=${resource} ${issuer}/token | node -pe 'JSON.parse(fs.readFileSync(0)).access_token')`,
        `curl -s -i -w '\\n' -H "Authorization: Bearer $TOKEN" ${resource}/accounts`,
      ].join('\n'),
    )
    .join('\n\n')
}
