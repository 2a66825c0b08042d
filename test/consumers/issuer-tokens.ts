type Claims = Readonly<Record<string, unknown>>

/** A token of a preset, and one that is nearly as good. */
export interface Sample {
  readonly claims: Claims
  /** Default JWT. */
  readonly typ?: string
  /** Bound to the key of the client. */
  readonly isBound?: boolean
  /** What an opaque token begins with. */
  readonly prefix?: string
  /** What the API says of the caller. */
  readonly caller: string
  /** What is different in the other token. */
  readonly near: Claims
  readonly refusal: string
}

export const resource = 'https://api.example.com'
export const tenant = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'

const nbf = Math.floor(Date.now() / 1000)
const parent = 'helseid://claims/client/claims/orgnr_parent'
const helseId = { [parent]: '312232324', scope: ['read'], nbf }
const organisation = (number: string) => ({ authority: 'iso6523-actorid-upis', ID: `0192:${number}` })
const loginRadius = { sub: 'key@client', cid: 'app', scp: ['read'] }
const duende = { iss: 'https://identity.example.com', aud: 'accounts', sub: undefined, client_tenant: 'acme' }

export const samples: Readonly<Record<string, Sample>> = {
  helseId: {
    claims: { ...helseId, iss: 'https://helseid-sts.nhn.no', aud: 'nhn:accounts' },
    typ: 'at+jwt',
    isBound: true,
    caller: '312232324',
    near: { aud: ['nhn:accounts', 'nhn:another'] },
    refusal: 'token_audience_mismatch',
  },
  helsenorge: {
    claims: { ...helseId, iss: 'https://helseid-sts.test.nhn.no', aud: 'nhn:helsenorge.eksternapi' },
    typ: 'at+jwt',
    isBound: true,
    caller: '312232324',
    near: { [parent]: undefined },
    refusal: 'requirement_unmet',
  },
  maskinporten: {
    claims: {
      iss: 'https://maskinporten.no/',
      aud: 'unspecified',
      scope: 'read',
      consumer: organisation('910753614'),
      supplier: organisation('991825827'),
      delegation_source: 'https://www.altinn.no',
    },
    caller: '910753614 by 0192:991825827',
    near: { delegation_source: undefined },
    refusal: 'token_claim_missing',
  },
  entraId: {
    claims: {
      iss: `https://sts.windows.net/${tenant}/`,
      aud: 'api://accounts',
      tid: tenant,
      ver: '1.0',
      oid: 'daemon',
      sub: 'daemon',
      appid: 'daemon',
      roles: ['read'],
      nbf,
    },
    caller: tenant,
    near: { tid: '11111111-2b34-4da1-9baa-8bc8c9d6a490' },
    refusal: 'token_claim_invalid',
  },
  auth0: {
    claims: {
      iss: 'https://example.eu.auth0.com/',
      azp: 'a',
      client_id: undefined,
      sub: 'a@clients',
      org_id: 'org_1',
      org_name: 'acme',
      scope: 'read',
    },
    caller: 'acme',
    near: { iss: 'https://example.eu.auth0.com' },
    refusal: 'token_issuer_untrusted',
  },
  duende: {
    claims: { ...duende, scope: ['read'], nbf },
    typ: 'at+jwt',
    caller: 'acme',
    near: { aud: undefined },
    refusal: 'token_claim_missing',
  },
  'duende, reference token': {
    claims: { ...duende, scope: 'read' },
    prefix: 'reference-',
    caller: 'acme',
    near: { aud: 'another' },
    refusal: 'token_audience_mismatch',
  },
  loginRadius: {
    claims: { ...loginRadius, iss: 'https://acme.hub.loginradius.com/', aud: resource },
    caller: 'app',
    near: { scp: undefined, scope: 'read' },
    refusal: 'scope_insufficient',
  },
  boruta: {
    claims: { iss: 'boruta', aud: undefined, sub: null, username: null, scope: 'read' },
    prefix: 'boruta-',
    caller: 'nobody',
    near: { iss: 'https://boruta.example.com' },
    refusal: 'token_issuer_untrusted',
  },
}
