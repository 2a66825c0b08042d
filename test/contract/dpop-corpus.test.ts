import { badProofs, dpopClient, goodProofs, type TestProof } from '@portcullis/testing'
import { both } from './answers.js'
import { contract, type Expected, passes, type Row } from './contract.js'
import { calledUrl, dpop } from './requests.js'

contract(
  'D. Bad proofs',
  badProofs.map((proof) => row(proof, both.dpop(proof.code))),
  {
    options: { dpop: {} },
  },
)

contract(
  'D. Good proofs',
  goodProofs.map((proof) => row(proof, passes({ scheme: 'DPoP' }))),
  { options: { dpop: {} } },
)

function row({ name, rule, boundTo, make }: TestProof, answer: Expected): Row {
  return {
    name: `${name} (${rule})`,
    request: async ({ main, clock, canary }) => {
      // Some have a `jti` that is always the same: a client of its own keeps them from being replays.
      const client = dpopClient({ now: clock.now })
      const token = await main.mint({ boundTo: boundTo(client) })
      return dpop(token, make({ ...calledUrl({}), client, token, now: clock.now, canaryUrl: canary.url }))
    },
    answer,
  }
}
