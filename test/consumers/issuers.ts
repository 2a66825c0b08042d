import type { AddressInfo } from 'node:net'
import { anyOf, type PrincipalOf, protectedResource, role, scope } from '@portcullis/core'
import { expressProtection } from '@portcullis/express'
import { auth0, boruta, duende, entraId, helseId, loginRadius, maskinporten } from '@portcullis/issuers'
import { dpopClient, startAuthorizationServer, type TestAuthorizationServer } from '@portcullis/testing'
import express from 'express'
import { compare } from './check.js'
import { resource, type Sample, samples, tenant } from './issuer-tokens.js'

/** Every issuer has its own name, and keys or an endpoint on loopback. */
function apiThatTrusts({
  jwksUri,
  introspectionEndpoint,
  introspectionClient: client,
}: TestAuthorizationServer) {
  const asked = (prefix: string) => ({
    client,
    endpoint: introspectionEndpoint,
    accepts: (token: string) => token.startsWith(prefix),
  })
  return protectedResource({
    resource,
    issuers: [
      helseId({ environment: 'production', audience: 'nhn:accounts', jwksUri }),
      // Helsenorge is an API at HelseID.
      helseId({
        environment: 'test',
        audience: 'nhn:helsenorge.eksternapi',
        organisationRequired: true,
        jwksUri,
      }),
      maskinporten({ environment: 'production', jwksUri }),
      entraId({ tenant, audience: 'api://accounts', jwksUri }),
      auth0({ domain: 'example.eu.auth0.com', audience: resource, jwksUri }),
      duende({
        authority: 'https://identity.example.com',
        audience: 'accounts',
        referenceTokens: asked('reference-'),
        jwksUri,
      }),
      loginRadius({ issuer: 'https://acme.hub.loginradius.com/', audience: resource, jwksUri }),
      boruta({ issuer: 'boruta', ...asked('boruta-') }),
    ],
    onEvent: () => undefined,
  })
}

/** What one preset alone tells. It compiles only while the issuer tells the principals apart, and stands for all of them. */
function nameOf(caller: PrincipalOf<ReturnType<typeof apiThatTrusts>>): string {
  switch (caller.issuer) {
    case 'https://helseid-sts.nhn.no':
    case 'https://helseid-sts.test.nhn.no':
      return caller.organisation.parent ?? 'nobody'
    case 'https://maskinporten.no/':
    case 'https://test.maskinporten.no/':
      return `${caller.customer.organisationNumber} by ${caller.supplier?.id}`
    case 'https://login.microsoftonline.com/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0':
    case 'https://sts.windows.net/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/':
      return caller.tenantId
    case 'https://example.eu.auth0.com/':
      return caller.organisation?.name ?? 'nobody'
    case 'https://identity.example.com':
      return String(caller.clientClaims['tenant'])
    case 'https://acme.hub.loginradius.com/':
      return caller.client.internalId ?? 'nobody'
    case 'boruta':
      // @ts-expect-error: another preset tells that
      return caller.tenantId ?? caller.username ?? 'nobody'
  }
}

async function start(server: TestAuthorizationServer): Promise<string> {
  const { requires, principal } = expressProtection(apiThatTrusts(server))
  const app = express()
  app.get('/', requires(anyOf(scope('read'), role('read'))), (request, response) => {
    response.json({ code: nameOf(principal(request)) })
  })
  const listening = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

const holder = dpopClient()

async function main(): Promise<never> {
  const server = await startAuthorizationServer({ audience: resource })
  const origin = await start(server)
  const ask = async ({ prefix, typ = 'JWT', isBound = false }: Sample, claims: Sample['claims']) => {
    const bound = isBound ? { boundTo: holder } : {}
    const token = await (prefix === undefined
      ? server.mint({ alg: 'RS256', header: { typ }, claims, ...bound })
      : server.mintOpaque({ prefix, claims }))
    const proven = holder.headers({ method: 'GET', url: `${resource}/`, token })
    const answer = await fetch(origin, {
      headers: isBound ? { ...proven } : { authorization: `Bearer ${token}` },
    })
    const { code } = (await answer.json()) as { readonly code: string }
    return code
  }
  for (const [name, sample] of Object.entries(samples)) {
    const { claims, near, caller, refusal } = sample
    compare(`${name}: ${await ask(sample, claims)}`, `${name}: ${caller}`)
    compare(`${name}: ${await ask(sample, { ...claims, ...near })}`, `${name}: ${refusal}`)
  }
  process.exit()
}

void main()
