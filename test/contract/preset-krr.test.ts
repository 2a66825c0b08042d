import { allOf, anyOf, scope } from '@portcullis/core'
import { maskinporten } from '@portcullis/issuers'
import { refusal } from './answers.js'
import { contract, type Row } from './contract.js'
import type { Setting } from './kit.js'
import { krrDialect as dialect, norwegian } from './maskinporten-dialect.js'
import { tells, withToken } from './preset-dialect.js'
import { everyPreset, letsIn, refuses } from './preset-negatives.js'

const contactInformation = 'krr:global/kontaktinformasjon.read'
const digitalMail = 'krr:global/digitalpost.read'
const scopes = {
  either: anyOf(scope(contactInformation), scope(digitalMail)),
  both: allOf(scope(contactInformation), scope(digitalMail)),
}

function trusting(needed: keyof typeof scopes): Setting {
  return {
    issuers: ({ legacy }) => [
      maskinporten({ environment: 'test', requires: scopes[needed], jwksUri: legacy.jwksUri }),
    ],
    options: { moreScopes: [contactInformation, digitalMail] },
  }
}

contract('Presets. KRR: what every preset refuses', everyPreset(dialect), trusting('either'))

function forbids(granted: string, needed: string): Row {
  return {
    name: `KRR: forbids the scopes "${granted}"`,
    request: withToken(dialect, { claims: { scope: granted } }),
    answer: refusal('scope_insufficient', needed),
  }
}

/** None of them is a scope of KRR for organisations. `krr:user/…` is one of ID-porten, for a user who logged in. */
const foreign = [
  'krr:user/kontaktinformasjon.read',
  'krr:user/kontaktinformasjon.read krr:user/digitalpost.read',
  'krr:user/krr:global/kontaktinformasjon.read',
  'krr:global/kontaktinformasjon.readwrite',
  'krr:global/kontaktinformasjon',
  'krr:global/',
  'krr:global/*',
  'KRR:GLOBAL/kontaktinformasjon.read',
  'digdir:dialogporten',
  '',
]

contract(
  'Presets. KRR: either scope',
  [
    letsIn(
      dialect,
      'both scopes',
      {},
      { access: 'direct', customer: norwegian('991825827'), scopes: [contactInformation, digitalMail] },
    ),
    ...[contactInformation, digitalMail].map((granted) =>
      letsIn(
        dialect,
        `${granted} alone, which handlers can read`,
        { claims: { scope: granted } },
        { scopes: [granted] },
      ),
    ),
    letsIn(
      dialect,
      'one of them among others',
      { claims: { scope: `digdir:dialogporten ${digitalMail}` } },
      { scopes: ['digdir:dialogporten', digitalMail] },
    ),
    ...foreign.map((granted) => forbids(granted, contactInformation)),
    {
      name: 'KRR: forbids scopes in a list, which Maskinporten does not write',
      request: withToken(dialect, { claims: { scope: [contactInformation] } }),
      answer: refusal('token_claim_invalid'),
    },
    refuses(
      dialect,
      'a token of production in test, and tells operators',
      'token_issuer_untrusted',
      { claims: { iss: 'https://maskinporten.no/' } },
      tells(
        'the token is from the production environment of Maskinporten, and this API trusts the test environment',
      ),
    ),
    refuses(dialect, 'a token of ID-porten', 'token_issuer_untrusted', {
      claims: {
        iss: 'https://test.idporten.no',
        scope: 'krr:user/kontaktinformasjon.read',
        pid: '01011998123',
      },
    }),
  ],
  trusting('either'),
)

contract(
  'Presets. KRR: both scopes',
  [
    letsIn(dialect, 'both scopes', {}),
    ...[contactInformation, digitalMail, ...foreign].map((granted) =>
      forbids(granted, `${contactInformation} ${digitalMail}`),
    ),
  ],
  trusting('both'),
)
