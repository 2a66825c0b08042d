import { type ActsFor, type PrincipalOf, protectedResource } from '@portcullis/core'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { boruta } from './boruta.js'
import { duende } from './duende.js'
import { loginRadius } from './login-radius.js'

const client = { id: 'api', secret: 's' }
const api = protectedResource({
  resource: 'https://api.example',
  issuers: [
    duende({
      authority: 'https://identity.example',
      audience: 'invoices',
      referenceTokens: { client },
      claims: z.object({ client_tenant: z.string() }),
    }),
    loginRadius({
      issuer: 'https://acme.hub.loginradius.com/',
      jwksUri: 'https://acme.hub.loginradius.com/jwks',
      audience: 'https://api.example',
    }),
    boruta({ issuer: 'boruta', baseUrl: 'https://auth.example', client }),
  ],
})
declare const caller: PrincipalOf<typeof api>

expectTypeOf(caller.issuer).toEqualTypeOf<
  'https://identity.example' | 'https://acme.hub.loginradius.com/' | 'boruta'
>()
expectTypeOf(caller.actsFor).toEqualTypeOf<ActsFor>()

if (caller.issuer === 'https://identity.example') {
  expectTypeOf(caller.claims.client_id).toEqualTypeOf<string>()
  expectTypeOf(caller.claims.client_tenant).toEqualTypeOf<string>()
  expectTypeOf(caller.clientClaims).toEqualTypeOf<Readonly<Record<string, unknown>>>()
  // @ts-expect-error: only what the preset and the schema know
  void caller.claims.tenant
} else if (caller.issuer === 'boruta') {
  expectTypeOf(caller.username).toEqualTypeOf<string | undefined>()
  expectTypeOf(caller.claims.client_id).toEqualTypeOf<string>()
  expectTypeOf(caller.claims.aud).toEqualTypeOf<string | readonly string[] | undefined>()
  // @ts-expect-error: of another issuer
  void caller.clientClaims
} else {
  expectTypeOf(caller.client.id).toEqualTypeOf<string | undefined>()
  expectTypeOf(caller.client.internalId).toEqualTypeOf<string | undefined>()
  expectTypeOf(caller.claims.scp).toEqualTypeOf<string | readonly string[] | undefined>()
}

// @ts-expect-error: whom tokens are meant for is said in any case
duende({ authority: 'https://identity.example' })
duende({ authority: 'https://identity.example', audience: { absent: 'allowed' } })
// @ts-expect-error: nothing is derived
loginRadius({ audience: 'https://api.example' })
// @ts-expect-error: its tokens always name an audience
loginRadius({ issuer: 'x', jwksUri: 'https://x.example', audience: { absent: 'allowed' } })
// @ts-expect-error: no proof can be asked for
boruta({ issuer: 'https://auth.example', client, dpop: { required: true } })
// @ts-expect-error: there are two forms of answers
boruta({ issuer: 'https://auth.example', client, answers: 'signed' })
