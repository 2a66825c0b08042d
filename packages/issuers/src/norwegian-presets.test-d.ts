import { type Principal, type PrincipalOf, protectedResource, type RegisteredClaims } from '@portcullis/core'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import {
  type DelegatedAccess,
  type DirectAccess,
  type HelseIdExtras,
  helseId,
  type MaskinportenExtras,
  maskinporten,
  type OrganisationId,
  type SystemUserAccess,
} from './index.js'

const resource = 'https://api.example'

// The issuers of both environments are known, and another one replaces them.
const maskinportenApi = protectedResource({ resource, issuers: [maskinporten({ environment: 'test' })] })
type Caller = PrincipalOf<typeof maskinportenApi>
expectTypeOf<Caller['issuer']>().toEqualTypeOf<'https://maskinporten.no/' | 'https://test.maskinporten.no/'>()
expectTypeOf(
  maskinporten({ environment: 'test', issuer: 'http://127.0.0.1/' }).issuer,
).toEqualTypeOf<'http://127.0.0.1/'>()

// The customer is there, whoever calls; an organisation number is not, for there are other registers.
declare const caller: Caller
expectTypeOf(caller).toExtend<Principal>()
expectTypeOf(caller).toExtend<MaskinportenExtras>()
expectTypeOf(caller.customer).toEqualTypeOf<OrganisationId>()
expectTypeOf(caller.customer.organisationNumber).toEqualTypeOf<string | undefined>()
expectTypeOf(caller.pid).toEqualTypeOf<string | undefined>()
expectTypeOf(caller.access).toEqualTypeOf<'direct' | 'delegated' | 'system-user'>()
expectTypeOf(caller.claims.scope).toEqualTypeOf<string>()
expectTypeOf(caller.claims.exp).toEqualTypeOf<number | undefined>()

// Who calls for the customer is told by `access`.
expectTypeOf(caller.supplier).toEqualTypeOf<OrganisationId | undefined>()
if (caller.access === 'direct') {
  expectTypeOf(caller).toExtend<DirectAccess>()
  expectTypeOf(caller.supplier).toEqualTypeOf<undefined>()
} else if (caller.access === 'delegated') {
  expectTypeOf(caller).toExtend<DelegatedAccess>()
  expectTypeOf(caller.delegationSource).toEqualTypeOf<string>()
  expectTypeOf(caller.systemUser).toEqualTypeOf<undefined>()
} else {
  expectTypeOf(caller).toExtend<SystemUserAccess>()
  expectTypeOf(caller.supplier).toEqualTypeOf<OrganisationId>()
  expectTypeOf(caller.systemUser.ids[0]).toEqualTypeOf<string>()
}

// @ts-expect-error: there is no organisation that could be the customer or not
void caller.organisation
// @ts-expect-error: an environment has to be named
maskinporten({})
// @ts-expect-error: what tokens name is called resource
maskinporten({ environment: 'test', audience: resource })
// @ts-expect-error: sources are a list
maskinporten({ environment: 'test', delegation: { sources: 'https://www.altinn.no' } })

// HelseID: no number need be there, and a schema of one's own adds to the claims.
const helseIdApi = protectedResource({
  resource,
  issuers: [
    helseId({
      environment: 'test',
      audience: 'nhn:api',
      claims: z.object({ 'nhn:api/claims/unit': z.string() }),
    }),
  ],
})
type HelseIdCaller = PrincipalOf<typeof helseIdApi>
declare const client: HelseIdCaller
expectTypeOf(client).toExtend<HelseIdExtras>()
expectTypeOf(client.organisation.parent).toEqualTypeOf<string | undefined>()
expectTypeOf(client.claims['nhn:api/claims/unit']).toEqualTypeOf<string>()
expectTypeOf(client.claims.client_id).toEqualTypeOf<string>()
expectTypeOf(client.claims).toExtend<RegisteredClaims>()

// It makes nothing of the claims by which the preset tells who calls, and types those that the preset does not know.
const madeOfHelseId = helseId({
  environment: 'test',
  audience: 'nhn:api',
  claims: z.object({
    'helseid://claims/client/claims/orgnr_parent': z.string().transform(Number),
    'helseid://claims/client/client_name': z.string().transform((name) => ({ name })),
    'helseid://claims/hpr/hpr_number': z.string().transform(Number),
  }),
})
const makingApi = protectedResource({ resource, issuers: [madeOfHelseId] })
declare const made: PrincipalOf<typeof makingApi>['claims']
expectTypeOf(made['helseid://claims/client/claims/orgnr_parent']).toEqualTypeOf<string | undefined>()
expectTypeOf(made['helseid://claims/client/client_name']).toEqualTypeOf<{ name: string }>()
expectTypeOf(made['helseid://claims/hpr/hpr_number']).toEqualTypeOf<string>()

// @ts-expect-error: an audience has to be named
helseId({ environment: 'test' })
// @ts-expect-error: and only one
helseId({ environment: 'test', audience: ['nhn:a', 'nhn:b'] })

// An API that trusts both asks the issuer first.
const both = protectedResource({
  resource,
  issuers: [maskinporten({ environment: 'test' }), helseId({ environment: 'test', audience: 'nhn:api' })],
})
declare const anyone: PrincipalOf<typeof both>
if (anyone.issuer === 'https://helseid-sts.test.nhn.no') {
  expectTypeOf(anyone.organisation).toEqualTypeOf<HelseIdExtras['organisation']>()
}
if (anyone.issuer === 'https://test.maskinporten.no/')
  expectTypeOf(anyone.customer).toEqualTypeOf<OrganisationId>()
