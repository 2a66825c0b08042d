import { contract } from './contract.js'
import { clientId, entraIdV1, entraIdV2, trusting, user } from './entra-id-dialect.js'
import { withToken } from './preset-dialect.js'
import { forbids, ofClient, ofUser } from './preset-forbids.js'
import { letsIn, refuses } from './preset-negatives.js'

const dialects = [entraIdV2, entraIdV1]
const anotherClient = '99999999-9ff3-47b6-9bfb-4f1264799865'
const granted = 'a role or a scope'
const userCause = 'it is the token of a user (scp)'
const roleCause = 'it has no roles: every application of the tenant gets such tokens'

contract(
  'Presets. Entra ID: applications alone, by default',
  dialects.flatMap((dialect) => [
    forbids(dialect, 'a token of a user, and tells operators', [ofClient], { claims: user }, userCause),
    forbids(
      dialect,
      'a token of a user with roles',
      [ofClient],
      { claims: { ...user, roles: ['admin'] } },
      userCause,
    ),
    forbids(
      dialect,
      'an application with scopes',
      [ofClient],
      { claims: { scp: 'accounts:read' } },
      userCause,
    ),
    forbids(dialect, 'the subject of nobody knows who', [ofClient], {
      claims: { idtyp: undefined, sub: 'somebody' },
    }),
    forbids(dialect, 'a token that says it is of a user', [ofClient], { claims: { idtyp: 'user' } }),
    forbids(
      dialect,
      'an application without roles, and tells operators',
      [granted],
      { claims: { roles: undefined } },
      roleCause,
    ),
    ...[[], [''], [' '], ['', '']].map((roles) =>
      forbids(
        dialect,
        `an application with the roles ${JSON.stringify(roles)}, which are none, and tells operators`,
        [granted],
        { claims: { roles } },
        roleCause,
      ),
    ),
    refuses(dialect, 'a role that is no text', 'token_claim_invalid', { claims: { roles: [5] } }),
    {
      name: `${dialect.name}: forbids an application what needs a scope, for its roles are none`,
      request: withToken(
        dialect,
        { claims: { roles: ['accounts:write'] } },
        { method: 'POST', target: '/write' },
      ),
      answer: dialect.refusal('scope_insufficient', 'accounts:write'),
    },
  ]),
  trusting(),
)

contract(
  'Presets. Entra ID: clients on a list',
  dialects.flatMap((dialect) => {
    const client = dialect === entraIdV1 ? 'appid' : 'azp'
    return [
      letsIn(dialect, 'one without roles', { claims: { roles: undefined } }, { clientId, roles: [] }),
      letsIn(dialect, 'one with roles', {}, { roles: ['access_as_application'] }),
      forbids(
        dialect,
        'another, whatever roles it has, and tells operators',
        [],
        { claims: { [client]: anotherClient } },
        `expected one of "${clientId}"`,
      ),
      forbids(dialect, 'one that comes with a user', [ofClient], { claims: user }),
    ]
  }),
  trusting({ clients: [clientId] }),
)

contract(
  'Presets. Entra ID: users alone',
  dialects.flatMap((dialect) => [
    letsIn(
      dialect,
      'a token of a user',
      { claims: user },
      { actsFor: 'user', subject: user.sub, scopes: ['accounts:read', 'accounts:write'] },
    ),
    {
      ...letsIn(dialect, 'a user to what needs a scope', {}),
      request: withToken(dialect, { claims: user }, { method: 'POST', target: '/write' }),
    },
    forbids(
      dialect,
      'an application, and tells operators',
      [ofUser],
      {},
      'it is the token of an application',
    ),
    forbids(dialect, 'an empty list of scopes', [granted], { claims: { ...user, scp: '' } }),
  ]),
  trusting({ mode: 'user' }),
)

contract(
  'Presets. Entra ID: applications and users',
  dialects.flatMap((dialect) => [
    letsIn(dialect, 'a user', { claims: user }, { actsFor: 'user' }),
    letsIn(dialect, 'an application', {}, { actsFor: 'client' }),
    letsIn(
      dialect,
      'a user with a role and no scope, of which nobody can tell',
      { claims: { ...user, scp: undefined, roles: ['reader'] } },
      { actsFor: 'unknown', roles: ['reader'] },
    ),
    forbids(dialect, 'a token with no role and no scope, of which nobody can tell', [granted], {
      claims: { ...user, scp: undefined },
    }),
    forbids(
      dialect,
      'an application with no role, and tells operators',
      [granted],
      { claims: { roles: undefined } },
      roleCause,
    ),
  ]),
  trusting({ mode: 'any' }),
)

contract(
  'Presets. Entra ID: applications and users by clients on a list',
  dialects.flatMap((dialect) => [
    letsIn(dialect, 'an application without roles', { claims: { roles: undefined } }),
    letsIn(dialect, 'a user', { claims: user }, { actsFor: 'user' }),
    forbids(dialect, 'a user with no role and no scope', [granted], { claims: { ...user, scp: '' } }),
    forbids(dialect, 'a user by another client', [], {
      claims: { ...user, [dialect === entraIdV1 ? 'appid' : 'azp']: anotherClient },
    }),
  ]),
  trusting({ mode: 'any', clients: [clientId] }),
)
