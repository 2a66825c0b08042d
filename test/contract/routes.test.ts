import { refusal, withoutBody } from './answers.js'
import { contract, other, passes } from './contract.js'
import { anonymous, each, isAbsent, nothingReported } from './every-credential.js'
import type { Exchange } from './exchange.js'
import { authorization, minted } from './requests.js'

contract('A. Who may pass where', [
  ...each('/any', 'asks for a valid token', (refused) => refused ?? passes(), 'BEARER-07'),
  ...each(
    '/optional',
    'refuses bad credentials on an optional route, and nothing else',
    (refused) => (isAbsent(refused) ? anonymous : (refused ?? passes({ clientId: 'test-client' }))),
    'BEARER-04',
  ),
  ...each(
    '/public',
    'does not look at a request for a public route',
    () => anonymous,
    'BCP-01',
    nothingReported,
  ),
  ...each(
    '/unknown',
    'leaves an unknown route to the framework',
    () => other(404),
    'BCP-01',
    nothingReported,
  ),
  ...each(
    '/mounted/unknown',
    'leaves an unknown route below a mount point to the framework',
    () => other(404),
    'BCP-01',
    nothingReported,
  ),
  ...each(
    '/forgotten',
    'fails where a handler forgot its protection',
    () => other(500),
    'BCP-01',
    nothingReported,
  ),
])

const get = (target: string): Exchange => ({ target })
const head = (target: string): Exchange => ({ method: 'HEAD', target })
const read = { scope: 'accounts:read' }

contract('A. Methods and mount points', [
  {
    name: 'leaves an unknown method of a known route to the framework (BCP-01)',
    request: () => ({ method: 'DELETE', target: '/any' }),
    answer: other(404),
    also: nothingReported,
  },
  {
    name: 'answers HEAD with a good token (BEARER-01)',
    request: minted(read, head('/read')),
    answer: other(200, 1),
  },
  {
    name: 'refuses HEAD without credentials, with a challenge (BEARER-07)',
    request: () => head('/read'),
    answer: withoutBody(refusal('credential_missing')),
  },
  {
    name: 'refuses HEAD with an expired token, with a challenge (BEARER-07)',
    request: minted({ expiresInSeconds: 0 }, head('/read')),
    answer: withoutBody(refusal('token_expired')),
  },
  {
    name: 'refuses HEAD with too little scope, as GET (BEARER-20)',
    request: minted({}, head('/read')),
    answer: withoutBody(refusal('scope_insufficient', 'accounts:read')),
  },
  {
    name: 'lets a request through a mount point (BEARER-01)',
    request: minted(read, get('/mounted/read')),
    answer: passes(),
  },
  {
    name: 'refuses a request below a mount point (BEARER-07)',
    request: () => get('/mounted/read'),
    answer: refusal('credential_missing'),
  },
  {
    name: 'asks below a mount point for what stands there (BEARER-20)',
    request: minted({ scope: 'accounts:write' }, get('/mounted/read')),
    answer: refusal('scope_insufficient', 'accounts:read'),
  },
  {
    name: 'lets a requirement on a method replace that of its controller (BEARER-20)',
    request: minted(read, get('/mounted/write')),
    answer: refusal('scope_insufficient', 'accounts:write'),
  },
  {
    name: 'asks a method for its own requirement alone (BEARER-20)',
    request: minted({ scope: 'accounts:write' }, get('/mounted/write')),
    answer: passes(),
  },
  {
    name: 'lets a method be public where its controller is not (BCP-01)',
    request: authorization('Bearer a b', get('/mounted/public')),
    answer: anonymous,
    also: nothingReported,
  },
  {
    name: 'asks for credentials whatever the query says (BEARER-07)',
    request: () => get('/read?requires=nothing'),
    answer: refusal('credential_missing'),
  },
])
