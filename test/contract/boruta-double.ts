import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { signRaw } from '@portcullis/testing'
import { type Asked, type Double, json, startDouble, type Told } from './introspection-double.js'

/** What is said of a token. */
type Members = Readonly<Record<string, unknown>>

/** What is different about one token. */
export interface Issue {
  /** Laid over the members of the answer. */
  readonly members?: Members
  /** The client whose key signs, by its number. Default 0. */
  readonly signer?: number
  /** Replaces the signed answer. */
  readonly signed?: (right: Members, key: KeyObject) => string
}

/** Boruta, as its source has it: introspection by a form, in JSON or as a JWT, and a key for each of its clients. */
export interface BorutaDouble extends Double {
  readonly client: { readonly id: string; readonly secret: string }
  /** A new token of 86 letters and digits. */
  issue(issue?: Issue): string
  /** Registers another client. @returns its number */
  register(): number
  /** How often the introspection endpoint was asked. */
  count(): number
}

/** @param members - what is said of a token where it is not said otherwise, `active` aside; a null stays */
export async function startBoruta(members: Members): Promise<BorutaDouble> {
  const client = { id: '6a2f41a3-c54c-fce8-32d2-0324e1c32e20', secret: 'kuY3nXJ5Lz1m8Qp0' }
  const known = new Map<string, Issue>()
  const keys = [newKey(), newKey(), newKey(), newKey(), newKey(), newKey()]
  const double = await startDouble((asked) => {
    if (asked.target === '/openid/jwks') return json({ keys: keys.map(jwkOf) })
    return answer(asked, client, (token) => {
      const { signer = 0, signed = plainJwt, members: different } = known.get(token) ?? {}
      const right = known.has(token) ? { active: true, ...members, ...different } : undefined
      return right && { right, signed: () => signed(right, (keys[signer] as Key).privateKey) }
    })
  })
  return {
    ...double,
    client,
    issue(issue = {}) {
      const token = newToken()
      known.set(token, issue)
      return token
    },
    register: () => keys.push(newKey()) - 1,
    count: () => double.asked.filter(({ target }) => target === '/oauth/introspect').length,
  }
}

type Key = ReturnType<typeof newKey>

const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 })

/** A client whose ID tokens are signed by RS256, so that its key is published for that. */
export const clientWithRs256 = 4
/** A client whose key is published without `alg`. */
export const clientWithoutAlg = 5

/** Its `kid` is in the set, and in no answer. */
const jwkOf = ({ publicKey }: Key, at: number) => ({
  ...publicKey.export({ format: 'jwk' }),
  kid: `client-key-${at}`,
  use: 'sig',
  ...(at !== clientWithoutAlg && { alg: at === clientWithRs256 ? 'RS256' : 'RS512' }),
})

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export function newToken(length: number = 86): string {
  return [...randomBytes(length)].map((byte) => characters[byte % characters.length]).join('')
}

interface Known {
  readonly right: Members
  readonly signed: () => string
}

function answer(
  { method, target, headers, body }: Asked,
  client: { readonly id: string; readonly secret: string },
  find: (token: string) => Known | undefined,
): Told {
  if (method !== 'POST' || target !== '/oauth/introspect') return json({}, 404)
  if (headers['content-type'] !== 'application/x-www-form-urlencoded')
    return json({ error: 'invalid_request' }, 400)
  const form = new URLSearchParams(body)
  if (form.get('client_id') !== client.id || form.get('client_secret') !== client.secret)
    return json({ error: 'invalid_client' }, 401)
  const found = find(form.get('token') ?? '')
  const wantsJwt = headers.accept === 'application/jwt'
  if (!wantsJwt) return json(found ? withoutAudience(found.right) : { active: false })
  return { type: 'application/jwt', body: found ? found.signed() : inactiveJwt() }
}

/** Its answers in JSON have eight members, whatever it knows. */
function withoutAudience({ aud: _, resource: __, ...members }: Members): Members {
  return members
}

/** RS512 by the key of the token's client, and no `kid`. */
export function plainJwt(payload: Members, key: KeyObject): string {
  return signRaw({ header: { alg: 'RS512', typ: 'JWT' }, payload, alg: 'RS512', key })
}

/** HS512 by the secret of the server. */
export function inactiveJwt(payload: Members = { active: false }): string {
  const segments = [{ alg: 'HS512', typ: 'JWT' }, payload].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const signature = createHmac('sha512', 'the secret of the server').update(segments.join('.')).digest()
  return [...segments, signature.toString('base64url')].join('.')
}
