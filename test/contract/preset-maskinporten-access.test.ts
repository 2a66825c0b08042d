import { allOf, scope } from '@portcullis/core'
import { forPerson } from '@portcullis/issuers'
import { z } from 'zod'
import { refusal } from './answers.js'
import { contract, type Row } from './contract.js'
import {
  delegatedDialect as dialect,
  direct,
  norwegian,
  organisation,
  required,
  trusting,
} from './maskinporten-dialect.js'
import { type Changes, withToken } from './preset-dialect.js'
import { letsIn, refuses } from './preset-negatives.js'

const vendor = '0192:314330897'
const systemUser = {
  type: 'urn:altinn:systemuser',
  systemuser_id: ['33a0911a-5459-456f-bc57-3d37ef9a016c'],
  systemuser_org: organisation('0192:910753614'),
  system_id: '974761076_skatt_demo_system',
}
const ofSystemUser: Changes = {
  claims: { ...direct, consumer: organisation(vendor), authorization_details: [systemUser] },
}

/** A refusal by a requirement of the issuer: 403. */
function forbids(what: string, unmet: string, changes: Changes): Row {
  return {
    name: `Maskinporten: forbids ${what}`,
    request: withToken(dialect, changes),
    answer: refusal('requirement_unmet', { unmet: [unmet] }),
  }
}

const notOfSystemUser = 'a token that is not for a system user'

contract(
  'Presets. Maskinporten: system users, by default',
  [forbids('a system user', notOfSystemUser, ofSystemUser)],
  trusting(),
)

function changed(detail: object): Changes {
  return { claims: { ...ofSystemUser.claims, authorization_details: [{ ...systemUser, ...detail }] } }
}

contract(
  'Presets. Maskinporten: system users are allowed',
  [
    letsIn(dialect, 'a system user, whose customer is not the consumer', ofSystemUser, {
      access: 'system-user',
      customer: norwegian('910753614'),
      supplier: norwegian('314330897'),
      systemUser: { ids: systemUser.systemuser_id, systemId: systemUser.system_id },
    }),
    letsIn(
      dialect,
      'other authorization details, whose customer is the consumer',
      { claims: { ...direct, authorization_details: [{ type: 'urn:altinn:consent', id: '1' }] } },
      { access: 'direct', customer: norwegian('910753614') },
    ),
    letsIn(dialect, 'a delegated token, too', {}, { access: 'delegated', customer: norwegian('910753614') }),
    letsIn(dialect, 'a system user without system_id', changed({ system_id: undefined })),
    ...[
      { systemuser_org: undefined },
      { systemuser_org: organisation('0192:') },
      { systemuser_id: [] },
      { systemuser_id: 'x' },
      { systemuser_id: undefined },
    ].map((detail) =>
      refuses(
        dialect,
        `a system user with ${JSON.stringify(detail)}`,
        'token_claim_invalid',
        changed(detail),
      ),
    ),
    ...['urn:altinn:systemuser:v2', 'URN:ALTINN:SYSTEMUSER'].map((type) =>
      refuses(dialect, `a customer under the type ${type}`, 'token_claim_invalid', changed({ type })),
    ),
    refuses(dialect, 'two system users in one token', 'token_claim_invalid', {
      claims: { ...ofSystemUser.claims, authorization_details: [systemUser, systemUser] },
    }),
    refuses(dialect, 'a system user and a supplier in one token', 'token_claim_invalid', {
      claims: { authorization_details: [systemUser] },
    }),
    ...[systemUser, 'urn:altinn:systemuser', [null], [[systemUser]], [{}]].map((given) =>
      refuses(dialect, `authorization_details ${JSON.stringify(given).slice(0, 40)}`, 'token_claim_invalid', {
        claims: { ...direct, authorization_details: given },
      }),
    ),
  ],
  trusting({ systemUsers: 'allow' }),
)

/** It strips what it does not name. */
const stripping = z.object({
  authorization_details: z.array(z.object({ type: z.string() })).default([]),
  supplier: z.undefined().catch(undefined),
})

contract(
  'Presets. Maskinporten: a schema of the API that makes other claims of these',
  [
    letsIn(dialect, 'a system user, and still knows the customer', ofSystemUser, {
      access: 'system-user',
      customer: norwegian('910753614'),
    }),
    letsIn(dialect, 'a delegated token, and still knows that it is one', {}, { access: 'delegated' }),
  ],
  trusting({ systemUsers: 'allow', claims: stripping }),
)

contract(
  'Presets. Maskinporten: delegation is denied',
  [
    forbids('a delegated token', 'a token that is not delegated', {}),
    letsIn(dialect, 'a token of the customer itself', { claims: direct }, { access: 'direct' }),
    forbids('a system user, which is no delegation', notOfSystemUser, ofSystemUser),
  ],
  trusting({ delegation: 'deny' }),
)

const fromAccepted = 'a delegation from a source that is accepted'
contract(
  'Presets. Maskinporten: delegation in some places alone',
  [
    letsIn(dialect, 'a token delegated there', {}, { access: 'delegated' }),
    letsIn(dialect, 'a token of the customer itself', { claims: direct }, { access: 'direct' }),
    ...['https://tt02.altinn.no', 'https://www.altinn.no', 'https://tt02.altinn.no/evil'].map((source) =>
      forbids(`a token delegated at ${source}`, fromAccepted, { claims: { delegation_source: source } }),
    ),
  ],
  trusting({ delegation: { sources: ['https://tt02.altinn.no/'] } }),
)

const pid = '01011998123'
const ofPerson = 'a token for this person'
contract(
  'Presets. Maskinporten: a request about one person',
  [
    letsIn(dialect, 'a token for this person', { claims: { pid } }, { pid }),
    forbids('a token without pid', ofPerson, {}),
    forbids('a token for another person', ofPerson, { claims: { pid: '02011998123' } }),
    refuses(dialect, 'a pid that is a number', 'token_claim_invalid', { claims: { pid: Number(pid) } }),
  ],
  trusting({ requires: allOf(scope(required), forPerson(pid)) }),
)
