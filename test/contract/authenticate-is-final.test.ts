import { expect } from 'vitest'
import { refusal } from './answers.js'
import { contract, other, passes } from './contract.js'
import { anonymous, each, isAbsent, nothingReported } from './every-credential.js'
import { minted } from './requests.js'
import { startExpress } from './servers/express.js'

contract(
  'A. In Express, authenticate is final',
  [
    ...each(
      '/final/any',
      'asks for a valid token after authenticate',
      (refused) => refused ?? passes(),
      'BEARER-07',
    ),
    ...each(
      '/final/public',
      "asks for a valid token after authenticate, although the route says 'nothing'",
      (refused) => refused ?? passes(),
      'BEARER-07',
    ),
    ...each(
      '/final/optional',
      "asks for a valid token after authenticate, although the route says 'optional'",
      (refused) => refused ?? passes(),
      'BEARER-04',
    ),
    ...each(
      '/final/public-before',
      'does not look at a request for a public route before authenticate',
      () => anonymous,
      'BCP-01',
      nothingReported,
    ),
    ...each(
      '/final/optional-before',
      'refuses bad credentials on an optional route before authenticate, and nothing else',
      (refused) => (isAbsent(refused) ? anonymous : (refused ?? passes({ clientId: 'test-client' }))),
      'BEARER-04',
    ),
    ...each(
      '/final/unknown',
      'asks for a valid token before it says that a route after authenticate is unknown',
      (refused) => refused ?? other(404),
      'BEARER-07',
    ),
    {
      name: 'asks for the scope of a route after authenticate (BEARER-20)',
      request: minted({}, { target: '/final/read' }),
      answer: refusal('scope_insufficient', 'accounts:read'),
      also: ({ events }) => expect(events).toHaveLength(1),
    },
    {
      name: 'lets a request with the scope pass both authenticate and the route (BEARER-01)',
      request: minted({ scope: 'accounts:read' }, { target: '/final/read' }),
      answer: passes({ scopes: ['accounts:read'] }),
    },
  ],
  { set: [['Express', startExpress]] },
)
