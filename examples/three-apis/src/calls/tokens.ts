import { setTimeout } from 'node:timers/promises'
import type { Token } from '../clients/client.js'
import type { Demo } from '../demo.js'
import { audiences, borutaScopes, maskinportenScopes, organisations } from '../registrations.js'

/** Every token that the calls need, by its authorization server; `unseen` are for when that is down. */
export type Tokens = Awaited<ReturnType<typeof fetchTokens>>

/** Gets them by the grants that the clients have. The short-lived one comes first, so that less is left to wait for. */
export async function fetchTokens({ apis, clients }: Demo) {
  const expired = await clients.customer.token(maskinportenScopes.brief, {})
  const expireAt = Date.now() + 1000
  const tokens = {
    maskinporten: { expired, ...(await fromMaskinporten(clients, apis)) },
    helseId: await fromHelseId(clients),
    entraId: await fromEntraId(clients),
    boruta: {
      read: await clients.atBoruta.token(borutaScopes.read),
      readWrite: await clients.atBoruta.token(`${borutaScopes.read} ${borutaScopes.write}`),
      revoked: await clients.atBoruta.token(borutaScopes.read),
      unseen: await clients.atBoruta.token(borutaScopes.read),
    },
  }
  // A timer may fire a little early.
  await setTimeout(expireAt - Date.now() + 10)
  return tokens
}

async function fromMaskinporten({ customer, vendor }: Demo['clients'], { nest, all }: Demo['apis']) {
  const { read, write } = maskinportenScopes
  return {
    read: await customer.token(read, {}),
    write: await customer.token(write, {}),
    delegated: await vendor.token(read, { onBehalfOf: organisations.customer }),
    systemUser: await vendor.token(read, { systemUserOf: organisations.customer }),
    forAnother: await customer.token(read, { resource: nest.resource }),
    forAll: await customer.token(read, { resource: all.resource }),
    unseen: await customer.token(read, { resource: all.resource }),
    systemUserForAll: await vendor.token(read, {
      systemUserOf: organisations.customer,
      resource: all.resource,
    }),
  }
}

async function fromHelseId({ clinic, victim, manyClinics }: Demo['clients']) {
  const [read, write] = [`${audiences.fastify}/read`, `${audiences.fastify}/write`]
  return {
    read: await clinic.token(read),
    write: await clinic.token(write),
    stolen: await victim.token(read),
    forUnit: await manyClinics.forUnit.token(read),
    forNobody: await manyClinics.forNobody.token(read),
    forAll: await manyClinics.forUnit.token(`${audiences.all}/read`),
    unseen: await manyClinics.forUnit.token(`${audiences.all}/read`),
  }
}

async function fromEntraId({ applications: { reader, writer, nobody, stranger } }: Demo['clients']) {
  const scope = `api://${audiences.nest}/.default`
  return {
    read: await reader.token(scope),
    write: await writer.token(scope),
    withoutRoles: await nobody.token(scope),
    ofAnotherTenant: await stranger.token(scope),
    forAll: await reader.token(`api://${audiences.allAtEntraId}/.default`),
    unseen: await reader.token(`api://${audiences.allAtEntraId}/.default`),
  }
}

/** The payload is that of another token; header and signature are the old ones. */
export function tampered({ value, ...token }: Token, { value: other }: Token): Token {
  const [header, , signature] = value.split('.')
  const [, payload] = other.split('.')
  return { ...token, value: [header, payload, signature].join('.') }
}

/** Sent without a proof, although it may need one. */
export function asBearer(token: Token): Token {
  return { ...token, bound: false }
}
