import * as openid from 'openid-client'
import type { Issuers } from '../apis/issuers.js'
import { applications, atBoruta, organisations } from '../registrations.js'
import type { TokenClient } from './client.js'
import { type ClientKey, newClientKey } from './client-key.js'
import { connectToHelseId } from './helse-id.js'
import { connectToMaskinporten, type MaskinportenWishes } from './maskinporten.js'
import { connectWithSecret, type RevokingClient } from './with-secret.js'

/** The clients that sign who they are, each with a key of its own. */
export type ClientKeys = Readonly<Record<'clinic' | 'manyClinics' | 'customer' | 'vendor', ClientKey>>

export async function newClientKeys(): Promise<ClientKeys> {
  const [clinic, manyClinics, customer, vendor] = await Promise.all([
    newClientKey(),
    newClientKey(),
    newClientKey(),
    newClientKey(),
  ])
  return { clinic, manyClinics, customer, vendor }
}

/** Every client, as it connects to its authorization server. */
export interface Clients {
  readonly clinic: TokenClient
  /** The clinic once more, with another key for its proofs. */
  readonly victim: TokenClient
  /** A client of many tenants, for a unit of one of them, and for nobody in particular. */
  readonly manyClinics: { readonly forUnit: TokenClient; readonly forNobody: TokenClient }
  readonly customer: TokenClient<MaskinportenWishes>
  readonly vendor: TokenClient<MaskinportenWishes>
  readonly applications: Readonly<Record<keyof typeof applications, TokenClient>>
  readonly atBoruta: RevokingClient
}

export async function connectClients(issuers: Issuers, keys: ClientKeys): Promise<Clients> {
  const { helseId, maskinporten } = issuers
  const unit = `${organisations.clinic}:${organisations.unitOfClinic}`
  const application = ({ tenant, id, secret }: (typeof applications)[keyof typeof applications]) => {
    const issuer = issuers.entraId.replace(applications.reader.tenant, tenant)
    return connectWithSecret(issuer, id, openid.ClientSecretPost(secret))
  }
  return {
    clinic: await connectToHelseId(helseId, 'clinic', keys.clinic.privateKey),
    victim: await connectToHelseId(helseId, 'clinic', keys.clinic.privateKey),
    manyClinics: {
      forUnit: await connectToHelseId(helseId, 'many-clinics', keys.manyClinics.privateKey, unit),
      forNobody: await connectToHelseId(helseId, 'many-clinics', keys.manyClinics.privateKey),
    },
    customer: await connectToMaskinporten(maskinporten, 'customer', keys.customer.privateKey),
    vendor: await connectToMaskinporten(maskinporten, 'vendor', keys.vendor.privateKey),
    applications: {
      reader: await application(applications.reader),
      writer: await application(applications.writer),
      nobody: await application(applications.nobody),
      stranger: await application(applications.stranger),
    },
    atBoruta: await connectWithSecret(
      issuers.boruta,
      atBoruta.client.id,
      openid.ClientSecretBasic(atBoruta.client.secret),
    ),
  }
}
