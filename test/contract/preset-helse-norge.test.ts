import { scope } from '@portcullis/core'
import { helseId } from '@portcullis/issuers'
import { contract, passes, type Row } from './contract.js'
import { helseIdDialect, helseIdRefusals } from './helse-id-dialect.js'
import type { Setting } from './kit.js'
import { type Dialect, now, presented, tokenOf, withToken } from './preset-dialect.js'
import { everyPreset, letsIn, refuses } from './preset-negatives.js'

const audience = 'nhn:helsenorge.eksternapi'
const hosts = ['https://eksternapi.hn2.test.nhn.no', 'https://eksternapi-helsenett.hn2.test.nhn.no']
const needed = `${audience}/oppgave`

/** A token for the external API of Helsenorge, for a client of one tenant; five minutes. */
const dialect: Dialect = {
  ...helseIdDialect,
  name: 'HelseNorge',
  fixture: {
    header: { alg: 'RS256', typ: 'at+jwt' },
    payload: {
      iss: 'https://helseid-sts.test.nhn.no',
      nbf: 1735993893,
      iat: 1735993893,
      exp: 1735994193,
      aud: audience,
      scope: [needed, `${audience}/skjema`],
      client_id: '00000000-0000-4000-8000-000000000001',
      client_amr: 'private_key_jwt',
      'helseid://claims/client/claims/orgnr_parent': '312232324',
      'helseid://claims/client/claims/client_tenancy': 'single-tenant',
      jti: '0123456789ABCDEF0123456789ABCDEF',
    },
  },
}

const setting = (publicUrls: readonly string[]): Setting => ({
  issuers: ({ legacy }) => [
    helseId({
      environment: 'test',
      audience,
      organisationRequired: true,
      requires: scope(needed),
      jwksUri: legacy.jwksUri,
    }),
  ],
  options: { publicUrls, moreScopes: [needed], clockToleranceSeconds: 5 },
})

contract(
  'Presets. HelseNorge: what every preset refuses',
  everyPreset(dialect),
  setting(['https://api.example.com']),
)

function onHost(host: string, answer: Row['answer']): Row {
  return {
    name: `HelseNorge: ${'passes' in answer ? 'lets in' : 'refuses'} a proof for ${host}`,
    request: (kit) => presented(kit, dialect, tokenOf(kit, dialect), {}, { url: `${host}/any` }),
    answer,
  }
}

const elsewhere = helseIdRefusals.dpop('proof_target_mismatch')

contract(
  'Presets. HelseNorge: two hosts',
  [
    ...hosts.map((host) => onHost(host, passes({ scheme: 'DPoP' }))),
    onHost('https://eksternapi.helsenorge.no', elsewhere),
    onHost('https://eksternapi.hn2.test.nhn.no.evil.example', elsewhere),
    onHost('http://eksternapi.hn2.test.nhn.no', elsewhere),
    onHost('https://api.example.com', elsewhere),
  ],
  setting(hosts),
)

const orgnrParent = 'helseid://claims/client/claims/orgnr_parent'

contract(
  'Presets. HelseNorge: tokens',
  [
    letsIn(dialect, 'a token of an organisation', {}, { organisation: { parent: '312232324' } }),
    {
      name: 'HelseNorge: forbids a token without organisation with 403, which is no invalid token',
      request: withToken(dialect, { claims: { [orgnrParent]: undefined } }),
      answer: helseIdRefusals.dpop('requirement_unmet', { unmet: ['a token with an organisation number'] }),
    },
    refuses(dialect, 'an expired token without organisation with 401', 'token_expired', {
      claims: { [orgnrParent]: undefined, exp: now - 5 },
    }),
    ...['nhn:helsenorge', 'nhn:helseid-public-samplecode', 'nhn:fullmakt'].map((aud) =>
      refuses(dialect, `aud ${aud}`, 'token_audience_mismatch', { claims: { aud } }),
    ),
    ...[['nhn:helsenorge/oppgave'], ['oppgave'], [`${needed} `], [`${needed}_les`], []].map(
      (scopes): Row => ({
        name: `HelseNorge: forbids the scopes ${JSON.stringify(scopes)}`,
        request: withToken(dialect, { claims: { scope: scopes } }),
        answer: helseIdRefusals.dpop('scope_insufficient', needed),
      }),
    ),
  ],
  setting(['https://api.example.com']),
)
