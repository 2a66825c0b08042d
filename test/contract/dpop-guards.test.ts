import { expect } from 'vitest'
import { both, same } from './answers.js'
import { contract, other, passes, type Row } from './contract.js'
import { type Exchange, exchange } from './exchange.js'
import { proven } from './requests.js'
import { startExpress } from './servers/express.js'
import { startGuardedNestOnExpress, startGuardedNestOnFastify } from './servers/nest.js'

const options = { dpop: {} }
const read = { scope: 'accounts:read' }

const replayed = both.dpop('proof_replayed')

/** The first request is answered like this, and the second one, the same again, as a replay. */
function takenOnce(what: string, make: Row['request'], answer: Row['answer']): Row {
  let sent: Exchange = {}
  return {
    name: `takes the one proof for one use: ${what} (DPOP-41)`,
    request: async (kit) => {
      sent = await make(kit)
      return sent
    },
    answer,
    also: async (_, __, { port }) => expect(same(await exchange(port, sent))).toEqual(replayed),
  }
}

contract(
  'D. Two guards in the way of one request: Express, after authenticate',
  [
    takenOnce(
      'both ask for it',
      proven({ token: read }, { target: '/final/read' }),
      passes({ scheme: 'DPoP' }),
    ),
    takenOnce(
      'the second one would let anybody in',
      proven({}, { target: '/final/optional' }),
      passes({ scheme: 'DPoP' }),
    ),
    takenOnce(
      'the scope is too small',
      proven({}, { target: '/final/read' }),
      both.dpop('scope_insufficient', 'accounts:read'),
    ),
    takenOnce('there is no such route', proven({}, { target: '/final/unknown' }), other(404)),
  ],
  { options, set: [['Express', startExpress]] },
)

contract(
  'D. Two guards in the way of one request: Nest, with a global guard',
  [
    takenOnce(
      'both ask for it',
      proven({ token: read }, { target: '/mounted/read' }),
      passes({ scheme: 'DPoP' }),
    ),
    takenOnce('nothing is declared', proven({}, { target: '/forgotten' }), passes({ scheme: 'DPoP' })),
  ],
  {
    options,
    set: [
      ['Nest on Express', startGuardedNestOnExpress],
      ['Nest on Fastify', startGuardedNestOnFastify],
    ],
  },
)
