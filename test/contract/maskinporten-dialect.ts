import { scope } from '@portcullis/core'
import { type MaskinportenOptions, maskinporten } from '@portcullis/issuers'
import { refusal } from './answers.js'
import type { Setting } from './kit.js'
import type { Dialect } from './preset-dialect.js'

const authority = 'iso6523-actorid-upis'

/** An organisation, as Maskinporten writes it. */
export function organisation(id: unknown): Readonly<Record<string, unknown>> {
  return { authority, ID: id }
}

/** The same, as the principal names one of the Norwegian register. */
export function norwegian(organisationNumber: string): Readonly<Record<string, unknown>> {
  return { id: `0192:${organisationNumber}`, icd: '0192', organisationNumber }
}

/** The delegated token of Maskinporten's documentation: 910753614 delegated to 991825827. */
export const delegatedDialect = {
  name: 'Maskinporten',
  scheme: 'Bearer',
  keysOf: 'legacy',
  refusal,
  fixture: {
    header: { alg: 'RS256' },
    payload: {
      iss: 'https://test.maskinporten.no/',
      client_amr: 'virksomhetssertifikat',
      token_type: 'Bearer',
      client_id: 'oidc_difi_delegering_altinn',
      aud: 'unspecified',
      scope: 'difitest:test2',
      supplier: organisation('0192:991825827'),
      exp: 1584694440,
      delegation_source: 'https://tt02.altinn.no/',
      iat: 1584693440,
      client_orgno: '991825827',
      jti: 'faulA3FDWRqpd59Cwc1DqvA72kOV_xDHggBXpSpptsw',
      consumer: organisation('0192:910753614'),
    },
  },
} satisfies Dialect

/** A token for KRR, by the table of claims of Maskinporten and the scopes of KRR: nobody delegated anything. */
export const krrDialect = {
  ...delegatedDialect,
  name: 'KRR',
  fixture: {
    header: { alg: 'RS256' },
    payload: {
      iss: 'https://test.maskinporten.no/',
      client_amr: 'private_key_jwt',
      token_type: 'Bearer',
      client_id: '00000000-0000-4000-8000-000000000002',
      aud: 'unspecified',
      scope: 'krr:global/kontaktinformasjon.read krr:global/digitalpost.read',
      exp: 1735994492,
      iat: 1735993893,
      jti: 'krr-fixture-1',
      consumer: organisation('0192:991825827'),
    },
  },
} satisfies Dialect

/** What makes a token of the delegated one that the customer got for itself. */
export const direct = { supplier: undefined, delegation_source: undefined, client_orgno: undefined }

/** The scope of the delegated token. */
export const required = 'difitest:test2'

/** An API that requires the scope of the delegated token. */
export function trusting(options: Partial<MaskinportenOptions> = {}): Setting {
  return {
    issuers: ({ legacy }) => [
      maskinporten({
        environment: 'test',
        requires: scope(required),
        jwksUri: legacy.jwksUri,
        ...options,
      }),
    ],
    options: { moreScopes: [required] },
  }
}
