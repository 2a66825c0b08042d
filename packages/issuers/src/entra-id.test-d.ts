import { type PrincipalOf, protectedResource, type TrustedIssuer } from '@portcullis/core'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { entraId } from './index.js'

const tenant = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490'
const audience = '00001111-aaaa-2222-bbbb-3333cccc4444'
const resource = 'https://api.example'

const api = protectedResource({ resource, issuers: [entraId({ tenant, audience })] })
declare const caller: PrincipalOf<typeof api>

// The issuer, the tenant and what else stands on the principal are known to the compiler.
expectTypeOf(caller.issuer).toEqualTypeOf<
  | 'https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0'
  | 'https://sts.windows.net/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/'
>()
expectTypeOf(caller.tenantId).toEqualTypeOf<typeof tenant>()
expectTypeOf(caller.objectId).toEqualTypeOf<string>()
expectTypeOf(caller.tokenVersion).toEqualTypeOf<'1.0' | '2.0'>()
expectTypeOf(caller.clientAuthentication).toEqualTypeOf<'none' | 'secret' | 'certificate' | undefined>()
expectTypeOf(caller.claims.tid).toEqualTypeOf<string>()
expectTypeOf(caller.claims.roles).toEqualTypeOf<readonly string[] | undefined>()
expectTypeOf(caller.claims.sub).toEqualTypeOf<string | undefined>()

// Only the issuers of the versions that are trusted.
const modern = entraId({ tenants: ['a', 'b'], audience: [audience, 'api://x'], versions: ['2.0'] })
expectTypeOf(modern[0]).exclude<undefined>().toHaveProperty('issuer')
type ModernIssuer = (typeof modern)[number]['issuer']
expectTypeOf<ModernIssuer>().toEqualTypeOf<
  'https://login.microsoftonline.com/a/v2.0' | 'https://login.microsoftonline.com/b/v2.0'
>()
expectTypeOf(modern).toExtend<readonly TrustedIssuer[]>()

// Claims of one's own stand beside those that the preset knows.
const own = entraId({ tenant, audience, claims: z.object({ region: z.enum(['north', 'south']) }) })
const ownApi = protectedResource({ resource, issuers: [own] })
declare const ownCaller: PrincipalOf<typeof ownApi>
expectTypeOf(ownCaller.claims.region).toEqualTypeOf<'north' | 'south'>()
expectTypeOf(ownCaller.claims.oid).toEqualTypeOf<string>()

// Another name for the issuer.
const local = entraId({ tenant, audience, versions: ['2.0'], issuer: 'http://127.0.0.1:4000/entra' })
expectTypeOf<(typeof local)[number]['issuer']>().toEqualTypeOf<'http://127.0.0.1:4000/entra'>()

// @ts-expect-error: a tenant or several, not both
entraId({ tenant, tenants: [tenant], audience })
// @ts-expect-error: a tenant has to be named
entraId({ audience })
// @ts-expect-error: the audience has to be named
entraId({ tenant })
// @ts-expect-error: there is no such version
entraId({ tenant, audience, versions: ['3.0'] })
// @ts-expect-error: there is no such mode
entraId({ tenant, audience, mode: 'application' })
// @ts-expect-error: there is no such option
entraId({ tenant, audience, client: 'a' })
// @ts-expect-error: tokens always have an audience
entraId({ tenant, audience: { absent: 'allowed' } })
