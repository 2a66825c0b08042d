import { type PrincipalOf, protectedResource } from '@portcullis/core'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { auth0 } from './index.js'

const domain = 'example.eu.auth0.com'
const audience = 'https://api.example'

const api = protectedResource({ resource: audience, issuers: [auth0({ domain, audience })] })
declare const caller: PrincipalOf<typeof api>

// The issuer and the organisation are known to the compiler.
expectTypeOf(caller.issuer).toEqualTypeOf<'https://example.eu.auth0.com/'>()
expectTypeOf(caller.organisation).toEqualTypeOf<
  { readonly id: string; readonly name: string | undefined } | undefined
>()
expectTypeOf(caller.claims.sub).toEqualTypeOf<string>()
expectTypeOf(caller.claims.org_id).toEqualTypeOf<string | undefined>()
expectTypeOf(caller.claims.exp).toEqualTypeOf<number | undefined>()

// One issuer for each domain.
const several = auth0({ domains: [domain, 'login.example.com'], audience: [audience] })
expectTypeOf<(typeof several)[number]['issuer']>().toEqualTypeOf<
  'https://example.eu.auth0.com/' | 'https://login.example.com/'
>()

// Claims of one's own stand beside those that the preset knows.
const own = auth0({ domain, audience, claims: z.object({ 'https://example.com/plan': z.string() }) })
const ownApi = protectedResource({ resource: audience, issuers: [own] })
declare const ownCaller: PrincipalOf<typeof ownApi>
expectTypeOf(ownCaller.claims['https://example.com/plan']).toEqualTypeOf<string>()
expectTypeOf(ownCaller.claims.azp).toEqualTypeOf<string | undefined>()

// @ts-expect-error: a domain or several, not both
auth0({ domain, domains: [domain], audience })
// @ts-expect-error: a domain has to be named
auth0({ audience })
// @ts-expect-error: the audience has to be named
auth0({ domain })
// @ts-expect-error: there is no such profile
auth0({ domain, audience, profile: 'jwt' })
// @ts-expect-error: a secret that verifies can also sign
auth0({ domain, audience, algorithms: ['HS256'] })
// @ts-expect-error: there is no such option
auth0({ domain, audience, organizations: ['org_1'] })
