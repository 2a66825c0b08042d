import { both, refusal, required } from './answers.js'
import type { ApiOptions } from './api.js'
import { contract, passes, type Row } from './contract.js'
import { asked, askingMain, once, opaque, opaqueProven, tokenIn } from './introspection-api.js'
import { boundRows } from './introspection-bound.js'
import { bearer, calledUrl, dpop } from './requests.js'
import { stories } from './stories.js'

const options: ApiOptions = { clockToleranceSeconds: 0, dpop: {} }
const bound: Row['request'] = (kit) => opaque({ boundTo: kit.client })(kit)
const first = once(opaqueProven())

/** The token of the first request, with another proof of the same client. */
const again: Row['request'] = async (kit) => {
  const token = tokenIn(await first(kit))
  return dpop(token, kit.client.proof({ ...calledUrl({}), token }))
}

contract('An opaque token that is bound to a key (RFC 9449 §6.2)', boundRows, {
  issuers: askingMain(),
  options,
})

stories('An opaque token that is bound to a key, and an answer that is remembered', [
  {
    name: 'refuses a proof for the second time (DPOP-47, DPOP-41)',
    issuers: askingMain(),
    options,
    steps: [
      { request: first, answer: passes({ scheme: 'DPoP' }), also: asked(1) },
      { request: first, answer: both.dpop('proof_replayed'), also: asked(1) },
      { request: again, answer: passes({ scheme: 'DPoP' }), also: asked(1) },
    ],
  },
  {
    name: 'refuses the token as Bearer when it is known from a request with a proof (DPOP-47, DPOP-26)',
    issuers: askingMain(),
    options,
    steps: [
      { request: first, answer: passes({ scheme: 'DPoP' }) },
      {
        request: async (kit) => bearer(tokenIn(await first(kit))),
        answer: both.bearer('confirmation_downgraded'),
        also: asked(1),
      },
    ],
  },
  {
    name: 'lets the token in with a proof when it was refused as Bearer before (DPOP-47)',
    issuers: askingMain(),
    options,
    steps: [
      {
        request: async (kit) => bearer(tokenIn(await first(kit))),
        answer: both.bearer('confirmation_downgraded'),
      },
      { request: first, answer: passes({ scheme: 'DPoP' }), also: asked(1) },
    ],
  },
])

const routes = ['/any', '/optional', '/read', '/mounted/read']

contract(
  'An opaque token that is bound to a key, where DPoP is off',
  routes.map(
    (target): Row => ({
      name: `refuses the token as Bearer on ${target} (DPOP-47, DPOP-27)`,
      request: (kit) => opaque({ boundTo: kit.client, scope: 'accounts:read' }, { target })(kit),
      answer: refusal('confirmation_downgraded'),
    }),
  ),
  { issuers: askingMain() },
)

const onlyProven: readonly Row[] = [
  {
    name: 'lets in a token that is bound to a key, with a proof (DPOP-47)',
    request: opaqueProven(),
    answer: passes({ scheme: 'DPoP' }),
  },
  {
    name: 'refuses a token that is bound to a key, as Bearer (DPOP-47, DPOP-26)',
    request: bound,
    answer: required.bearer('confirmation_downgraded'),
  },
  {
    name: 'refuses a token that is bound to nothing (DPOP-47, DPOP-29)',
    request: opaque(),
    answer: required.bearer('confirmation_required'),
  },
]

contract('An opaque token, where DPoP is required', onlyProven, {
  issuers: askingMain(),
  options: { dpop: { required: true } },
})

contract('An opaque token of an issuer for which DPoP is required', onlyProven, {
  issuers: askingMain({ dpop: { required: true } }),
})
