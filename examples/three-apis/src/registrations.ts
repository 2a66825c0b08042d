import { randomBytes } from 'node:crypto'

/** Numbers of organisations, as the documentation of HelseID and Maskinporten has them in its examples. */
export const organisations = {
  customer: '910753614',
  vendor: '991825827',
  clinic: '312232324',
  unitOfClinic: '312232326',
} as const

/** What each API is called at HelseID, and at Entra ID. Maskinporten and Boruta know their scopes alone. */
export const audiences = {
  fastify: 'nhn:fastify-accounts',
  all: 'nhn:all-accounts',
  nest: '00001111-aaaa-2222-bbbb-3333cccc4444',
  allAtEntraId: '00001111-aaaa-2222-bbbb-3333cccc5555',
} as const

/** The scopes at Maskinporten. */
export const maskinportenScopes = {
  read: 'demo:accounts.read',
  write: 'demo:accounts.write',
  /** Its tokens live for a second. */
  brief: 'demo:accounts.brief',
} as const

export const roles = { read: 'Accounts.Read', write: 'Accounts.Write' } as const

export const borutaScopes = { read: 'accounts:read', write: 'accounts:write' } as const

/** The tenants at Entra ID: one that is trusted, and another one. */
export const tenants = {
  own: '8eaef023-2b34-4da1-9baa-8bc8c9d6a490',
  other: 'dddd0000-eeee-4111-9fff-222200003333',
} as const

const newSecret = () => randomBytes(16).toString('hex')

/** Who shares a secret with Entra ID: applications that may read, that may do both, and that may nothing. */
export const applications = {
  reader: {
    tenant: tenants.own,
    id: '535fb089-9ff3-47b6-9bfb-4f1264799865',
    secret: newSecret(),
    roles: { [audiences.nest]: [roles.read], [audiences.allAtEntraId]: [roles.read] },
  },
  writer: {
    tenant: tenants.own,
    id: '6a1c0d2e-1b7f-4c55-8d11-0f9a44c0be11',
    secret: newSecret(),
    roles: { [audiences.nest]: [roles.read, roles.write] },
  },
  nobody: {
    tenant: tenants.own,
    id: 'c0ffee00-7d3a-4e9b-a2f4-5be1d77a9a22',
    secret: newSecret(),
    roles: {},
  },
  stranger: {
    tenant: tenants.other,
    id: 'f00dcafe-0c1d-4b2e-9f3a-6c4e88d2aa33',
    secret: newSecret(),
    roles: { [audiences.nest]: [roles.read] },
  },
} as const

/** Who shares a secret with Boruta: a client, and the API that trusts it. */
export const atBoruta = {
  client: {
    id: '6a2f41a3-c54c-4ce8-82d2-0324e1c32e20',
    secret: newSecret(),
    scopes: Object.values(borutaScopes),
  },
  api: { id: 'd5a1b6c7-3f0e-4a8b-9c2d-7e6f5a4b3c2d', secret: newSecret() },
} as const
