import { maskinporten } from '@portcullis/issuers'
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
import { tells, withToken } from './preset-dialect.js'
import { everyPreset, letsIn, refuses } from './preset-negatives.js'

contract('Presets. Maskinporten: what every preset refuses', everyPreset(dialect), trusting())

contract(
  'Presets. Maskinporten: tokens',
  [
    letsIn(
      dialect,
      'a delegated token, whose customer is the consumer',
      {},
      {
        issuer: 'https://test.maskinporten.no/',
        access: 'delegated',
        customer: norwegian('910753614'),
        supplier: norwegian('991825827'),
        delegationSource: 'https://tt02.altinn.no/',
        actsFor: 'client',
        audience: [],
        scopes: [required],
      },
    ),
    letsIn(
      dialect,
      'a token of the customer itself',
      { claims: direct },
      { access: 'direct', customer: norwegian('910753614') },
    ),
    letsIn(dialect, 'typ JWT', { header: { typ: 'JWT' } }),
    letsIn(dialect, 'typ at+jwt', { header: { typ: 'at+jwt' } }),
    letsIn(dialect, 'a token signed by RS384', { header: { alg: 'RS384' }, alg: 'RS384' }),
    letsIn(dialect, 'a token signed by RS512', { header: { alg: 'RS512' }, alg: 'RS512' }),
    letsIn(dialect, 'a token without jti, client_id and client_amr', {
      claims: { jti: undefined, client_id: undefined, client_amr: undefined },
    }),
    letsIn(dialect, 'a pid', { claims: { pid: '01011998123' } }, { pid: '01011998123', actsFor: 'client' }),
    letsIn(
      dialect,
      'a consumer of another register, without an organisation number',
      { claims: { ...direct, consumer: organisation('0007:5567321707') } },
      { customer: { id: '0007:5567321707', icd: '0007' } },
    ),
    letsIn(
      dialect,
      'a consumer with four parts',
      { claims: { ...direct, consumer: organisation('0192:910753614:12:1') } },
      { customer: { ...norwegian('910753614'), id: '0192:910753614:12:1' } },
    ),
    refuses(dialect, 'a token signed by PS256', 'token_algorithm_refused', {
      header: { alg: 'PS256' },
      alg: 'PS256',
    }),
    ...['iat', 'exp', 'scope', 'consumer'].map((name) =>
      refuses(dialect, `a token without ${name}`, 'token_claim_missing', { claims: { [name]: undefined } }),
    ),
    refuses(dialect, 'a token that is bound to a key, under Bearer', 'confirmation_downgraded', {
      claims: { cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } },
    }),
    ...[
      ['https://maskinporten.no/', 'the token is from the production environment of Maskinporten'],
      ['https://maskinporten.no', 'the token is from the production environment of Maskinporten'],
      ['https://test.idporten.no', 'the token is from ID-porten, whose tokens are those of users'],
      ['https://test.sky.maskinporten.no', 'the token is from Skyporten'],
    ].map(([iss = '', cause = '']) =>
      refuses(
        dialect,
        `iss ${iss}, and tells operators whose it is`,
        'token_issuer_untrusted',
        { claims: { iss } },
        tells(cause),
      ),
    ),
  ],
  trusting(),
)

const malformed: Readonly<Record<string, unknown>> = {
  'a number that is missing': organisation('0192:'),
  'eight digits': organisation('0192:91075361'),
  'ten digits': organisation('0192:9107536140'),
  'a space': organisation('0192:910753614 '),
  'a slash': organisation('0192:910753614/991825827'),
  'five parts': organisation('0192:910753614:1:2:3'),
  'an empty part': organisation('0192:910753614:'),
  'no register': organisation('910753614'),
  'another register and no number': organisation('0007:'),
  'a register of three digits': organisation('192:910753614'),
  'digits that are not ASCII': organisation('0192:٩١٠٧٥٣٦١٤'),
  'an ID that is a number': organisation(192910753614),
  'another authority': { authority: 'iso6523', ID: '0192:910753614' },
  'authority in capitals': { Authority: 'iso6523-actorid-upis', ID: '0192:910753614' },
  'id in small letters': { authority: 'iso6523-actorid-upis', id: '0192:910753614' },
  text: '0192:910753614',
  'a list': [organisation('0192:910753614')],
  null: null,
}

contract(
  'Presets. Maskinporten: organisations that are malformed',
  Object.entries(malformed)
    .flatMap(([what, given]) => [
      refuses(dialect, `consumer with ${what}`, 'token_claim_invalid', { claims: { consumer: given } }),
      refuses(dialect, `supplier with ${what}`, 'token_claim_invalid', { claims: { supplier: given } }),
    ])
    .concat(
      refuses(
        dialect,
        'consumer with authority in capitals, and tells operators where that comes from',
        'token_claim_invalid',
        { claims: { consumer: malformed['authority in capitals'] } },
        tells('as a sample in the documentation of Maskinporten has'),
      ),
      refuses(dialect, 'a supplier without delegation_source', 'token_claim_missing', {
        claims: { delegation_source: undefined },
      }),
      refuses(dialect, 'delegation_source without a supplier', 'token_claim_missing', {
        claims: { supplier: undefined },
      }),
      refuses(dialect, 'an empty delegation_source', 'token_claim_invalid', {
        claims: { delegation_source: '' },
      }),
    ),
  trusting(),
)

const unspecified: readonly (readonly [what: string, aud: unknown])[] = [
  ['no aud', undefined],
  ['aud unspecified', 'unspecified'],
  ['aud unspecified in a list', ['unspecified']],
]
const resource = 'https://api.customer.example/v1'

contract(
  'Presets. Maskinporten: audiences, where none is configured',
  [
    ...unspecified.map(([what, aud]) => letsIn(dialect, what, { claims: { aud } }, { audience: [] })),
    ...[resource, 'UNSPECIFIED', '', ['unspecified', resource]].map((aud) =>
      refuses(dialect, `aud ${JSON.stringify(aud)}`, 'token_audience_mismatch', { claims: { aud } }),
    ),
    refuses(dialect, 'aud null', 'token_claim_invalid', { claims: { aud: null } }),
  ],
  trusting(),
)

contract(
  'Presets. Maskinporten: no audience, and no scope that is required',
  unspecified.map(
    ([what, aud]): Row => ({
      name: `Maskinporten: forbids ${what} on a route without a scope`,
      request: withToken(dialect, { claims: { aud } }),
      answer: refusal('scope_insufficient'),
    }),
  ),
  {
    issuers: ({ legacy }) => [maskinporten({ environment: 'test', jwksUri: legacy.jwksUri })],
  },
)

const hint = tells('the client has to name this API as resource when it asks for a token (RFC 8707)')

contract(
  'Presets. Maskinporten: an audience is configured',
  [
    letsIn(dialect, 'aud of this API', { claims: { aud: resource } }, { audience: [resource] }),
    refuses(
      dialect,
      'no aud, and tells operators of resource',
      'token_claim_missing',
      { claims: { aud: undefined } },
      hint,
    ),
    refuses(dialect, 'aud unspecified, and tells operators of resource', 'token_audience_mismatch', {}, hint),
    refuses(dialect, 'aud of another API', 'token_audience_mismatch', {
      claims: { aud: 'https://other.example' },
    }),
    refuses(dialect, 'aud of this API and of another', 'token_audience_mismatch', {
      claims: { aud: [resource, 'https://other.example'] },
    }),
  ],
  trusting({ resource }),
)
