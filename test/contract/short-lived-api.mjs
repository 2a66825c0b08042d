// An api that judges a few tokens and never closes: the process has to end by itself. Told: the issuer, where its keys are and which
// ones are known, as JSON, and then the tokens.
import { fromFetch, jwtIssuer, protectedResource } from '@portcullis/core'

const [options = '', ...tokens] = process.argv.slice(2)
const resource = 'https://api.example.com'
const api = protectedResource({ resource, issuers: [jwtIssuer(JSON.parse(options))], onEvent: () => {} })

for (const token of tokens) {
  const request = new Request(resource, { headers: { authorization: `Bearer ${token}` } })
  const answered = api.authenticate(fromFetch(request))
  console.log(await answered.then(() => 200).catch((error) => error.status))
}
console.log('done')
