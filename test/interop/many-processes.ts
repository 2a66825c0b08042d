import { randomBytes } from 'node:crypto'
import { dpopClient, startAuthorizationServer, type TestAuthorizationServer } from '@portcullis/testing'
import { type Program, runNode } from '../program.js'
import type { RedisServer } from './redis-server.js'

const resource = 'https://api.example.com'

/** Where clients call, whichever process answers. */
const publicUrl = `${resource}/accounts`

export const frameworks = ['Express', 'Fastify', 'Nest on Express', 'Nest on Fastify'] as const
type Framework = (typeof frameworks)[number]

/** What nonces are made from, before it is changed and after. */
const oldSecret = randomBytes(32).toString('hex')
const newSecret = randomBytes(32).toString('hex')

/** What the processes have at each stage of the change, as the documentation orders them. */
export const secrets = {
  old: [oldSecret],
  'old, new': [oldSecret, newSecret],
  'new, old': [newSecret, oldSecret],
  new: [newSecret],
} as const

/** The authorization servers whose tokens the API accepts. */
export interface Issuers {
  /** Its tokens must be bound to a key. */
  readonly strict: TestAuthorizationServer
  /** Its tokens may be. */
  readonly lenient: TestAuthorizationServer
  close(): Promise<void>
}

export async function startIssuers(): Promise<Issuers> {
  const [strict, lenient] = await Promise.all([
    startAuthorizationServer({ audience: resource }),
    startAuthorizationServer({ audience: resource }),
  ])
  return { strict, lenient, close: async () => void (await Promise.all([strict.close(), lenient.close()])) }
}

/** One of the processes that serve the API. */
export interface ApiProcess {
  readonly name: string
  readonly url: string
  readonly program: Program
}

/** How one process differs from the others. */
export interface ProcessSettings {
  readonly framework: Framework
  readonly secrets: readonly string[]
  /** Default: used proofs are remembered in the memory of the process. */
  readonly redis?: { readonly server: RedisServer; readonly library: 'node-redis' | 'ioredis' }
}

export async function startProcess(
  name: string,
  { strict, lenient }: Issuers,
  { framework, secrets, redis }: ProcessSettings,
): Promise<ApiProcess> {
  const program = runNode('test/interop/many-processes-api.mjs', [], {
    FRAMEWORK: framework,
    STRICT_ISSUER: strict.issuer,
    LENIENT_ISSUER: lenient.issuer,
    NONCE_SECRETS: secrets.join(' '),
    REDIS_URL: redis?.server.url ?? '',
    REDIS_LIBRARY: redis?.library ?? '',
  })
  const [, url = ''] = await program.prints(/^Listening on (\S+)$/m)
  return { name, url: `${url}/accounts`, program }
}

/** What a process answered: `200`, or the status and the code of the problem. */
export interface Answer {
  readonly outcome: string
  /** The process that let the request in. */
  readonly pid: number | undefined
  readonly headers: Headers
}

export async function send(to: ApiProcess, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const response = await fetch(to.url, { headers })
  const body = (await response.json()) as { code?: string; pid?: number }
  const outcome = [response.status, ...(body.code === undefined ? [] : [body.code])].join(' ')
  return { outcome, pid: body.pid, headers: response.headers }
}

/** How often each outcome came. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome } of answers) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** A client with a key, and with a token that is bound to it. */
export interface Caller {
  readonly token: string
  /** Asks a process for a nonce. */
  nonceOf(process: ApiProcess): Promise<string>
  /** The fields of a request, with a new proof. */
  request(nonce: string): Record<string, string>
}

export async function connectCaller(issuer: TestAuthorizationServer): Promise<Caller> {
  const client = dpopClient()
  const token = await issuer.mint({ boundTo: client })
  const request = (nonce?: string) => ({ ...client.headers({ method: 'GET', url: publicUrl, token, nonce }) })
  return {
    token,
    request,
    async nonceOf(process) {
      const { outcome, headers } = await send(process, request())
      const nonce = headers.get('dpop-nonce')
      if (nonce === null) throw new Error(`${process.name} gave no nonce, but ${outcome}`)
      return nonce
    },
  }
}
