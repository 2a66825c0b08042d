import type { Demo } from '../demo.js'
import type { Row } from '../table.js'
import { flows } from './all-four.js'
import { type Call, makeCalls, refused } from './call.js'
import type { Tokens } from './tokens.js'

const { helseId, maskinporten, entraId, boruta } = flows
const token = ({ boruta }: Tokens) => boruta.revoked

/** A token is revoked between two calls. */
export async function revokeToken({ apis, clients }: Demo, tokens: Tokens): Promise<Row[]> {
  const before = { ...boruta, name: "Boruta's, before it is revoked", token }
  const inactive = refused('401 token_inactive', 'invalid_token')
  const after = { name: 'the same, revoked', token, expected: inactive }
  const rows = await makeCalls(apis.all, [before], tokens)
  await clients.atBoruta.revoke(tokens.boruta.revoked.value)
  return [...rows, ...(await makeCalls(apis.all, [after], tokens))]
}

/** Keys are known still; whoever has to ask cannot. The API has seen none of these tokens. */
const whileDown: readonly Call[] = [
  { ...helseId, token: ({ helseId }) => helseId.unseen },
  { ...maskinporten, token: ({ maskinporten }) => maskinporten.unseen },
  { ...entraId, token: ({ entraId }) => entraId.unseen },
  {
    ...boruta,
    token: ({ boruta }) => boruta.unseen,
    expected: refused('503 introspection_unavailable', ''),
  },
]

/** All authorization servers are down for a while. */
export async function failServers({ apis, servers }: Demo, tokens: Tokens): Promise<Row[]> {
  const setDown = (isDown: boolean) => Object.values(servers).forEach((server) => server.setDown(isDown))
  setDown(true)
  const calls = whileDown.map((call) => ({ ...call, name: `all down: ${call.name}` }))
  const rows = await makeCalls(apis.all, calls, tokens)
  setDown(false)
  return rows
}
