import { type Asked, type Double, json, startDouble, type Told } from './introspection-double.js'

/** The introspection endpoint of LoginRadius, as its API reference describes it: parameters and credentials as JSON. */
export interface LoginRadiusDouble extends Double {
  readonly endpoint: string
  readonly client: { readonly id: string; readonly secret: string }
  /** A new token that is no JWT, of which this is said. */
  issue(members: Readonly<Record<string, unknown>>): string
  /** Says the same of this token. */
  know(token: string, members: Readonly<Record<string, unknown>>): void
  /** How it was asked the last time. */
  lastBody(): unknown
}

export async function startLoginRadiusDouble(): Promise<LoginRadiusDouble> {
  const client = { id: 'ddff8a63-cbc3-4723-8415-b910c4d8770d', secret: 'a "secret" of LoginRadius: é' }
  const known = new Map<string, Readonly<Record<string, unknown>>>()
  const double = await startDouble((asked) => answer(asked, client, known))
  let issued = 0
  return {
    ...double,
    endpoint: `${double.url}/service/oauth/introspect`,
    client,
    issue(members) {
      const token = `b5f0c2d4e6a8-${(++issued).toString().padStart(20, '0')}`
      known.set(token, members)
      return token
    },
    know: (token, members) => void known.set(token, members),
    lastBody: () => JSON.parse(double.asked.at(-1)?.body ?? 'null') as unknown,
  }
}

function answer(
  { method, target, headers, body }: Asked,
  client: { readonly id: string; readonly secret: string },
  known: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): Told {
  if (method !== 'POST' || target !== '/service/oauth/introspect') return json({}, 404)
  if (headers['content-type'] !== 'application/json') return json({ error: 'invalid_request' }, 400)
  const { client_id: id, client_secret: secret, token } = JSON.parse(body) as Record<string, string>
  if (id !== client.id || secret !== client.secret) return json({ error: 'invalid_client' }, 401)
  return json(known.get(token ?? '') ?? { active: false })
}
