// @ts-check
// What is sent, in which mixture, and which answers are right.
import { randomBytes } from 'node:crypto'
import { dpopClient } from '@portcullis/testing'

/**
 * @typedef {import('./tokens.mjs').Tokens} Tokens
 * @typedef {{ right: number, wrong: Record<string, number> }} Tally `wrong` by status
 * @typedef {{ headers: Record<string, string>, right: readonly number[] }} Request
 * @typedef {() => Promise<Request[] | undefined>} Kind requests to be sent one after the other
 */

const refused = [401]
const accepted = [200]

/**
 * @param {Tokens} tokens
 * @param {import('@portcullis/testing').TestAuthorizationServer} server
 * @param {string} url
 * @returns {{ name: string, weight: number, make: Kind }[]}
 */
export function kinds(tokens, server, url) {
  const bearer = (/** @type {string} */ token) => ({ authorization: `Bearer ${token}` })
  const one = (/** @type {Record<string, string>} */ headers, /** @type {readonly number[]} */ right) => [
    { headers, right },
  ]
  const proven = () => {
    const { client, token } = tokens.bound()
    return { ...client.headers({ method: 'GET', url, token }) }
  }
  return [
    { name: 'good Bearer', weight: 40, make: async () => one(bearer(tokens.bearer()), accepted) },
    { name: 'no token', weight: 2, make: async () => one({}, refused) },
    { name: 'bad tokens', weight: 15, make: async () => one(bearer(tokens.hostile()), [400, 401, 431]) },
    {
      name: 'junk',
      weight: 8,
      make: async () => one(bearer(randomBytes(32).toString('base64url')), refused),
    },
    { name: 'unknown kid', weight: 5, make: async () => one(bearer(await withUnknownKid(server)), refused) },
    {
      name: 'withdrawn key',
      weight: 5,
      make: async () => {
        const token = tokens.withdrawn()
        return token === undefined ? undefined : one(bearer(token), refused)
      },
    },
    { name: 'good DPoP', weight: 17, make: async () => one(proven(), accepted) },
    {
      name: 'replayed proof',
      weight: 4,
      make: async () => {
        const headers = proven()
        return [
          { headers, right: accepted },
          { headers, right: refused },
        ]
      },
    },
    {
      name: 'proof by another key',
      weight: 4,
      make: async () => {
        const { token } = tokens.bound()
        return one({ ...dpopClient().headers({ method: 'GET', url, token }) }, refused)
      },
    },
  ]
}

/** @param {import('@portcullis/testing').TestAuthorizationServer} server */
function withUnknownKid(server) {
  return server.mint({ header: { kid: randomBytes(8).toString('hex') } })
}

/**
 * Sends at a steady rate, so that what is remembered for a time (proofs above all) is as much at the end as in the middle.
 *
 * @param {ReturnType<typeof kinds>} all
 * @param {string} url
 * @param {{ rate: number, milliseconds: number }} options
 * @returns {Promise<Record<string, Tally>>}
 */
export async function drive(all, url, { rate, milliseconds }) {
  /** @type {Record<string, Tally>} */
  const tallies = Object.fromEntries(all.map(({ name }) => [name, { right: 0, wrong: {} }]))
  const deck = all.flatMap((kind) => Array.from({ length: kind.weight }, () => kind))
  const pending = new Set()
  const start = Date.now()
  for (let sent = 0; Date.now() - start < milliseconds; ) {
    const due = Math.floor(((Date.now() - start) / 1000) * rate)
    // A server that falls behind is given less, and no queue without end.
    for (; sent < due; sent++) {
      const kind = pending.size < 100 ? deck[(sent * 37) % deck.length] : undefined
      if (!kind) continue
      const done = play(kind, url, tallies[kind.name] ?? { right: 0, wrong: {} }).finally(() =>
        pending.delete(done),
      )
      pending.add(done)
    }
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await Promise.all(pending)
  return tallies
}

/** @param {{ make: Kind }} kind @param {string} url @param {Tally} tally */
async function play({ make }, url, tally) {
  for (const { headers, right } of (await make()) ?? []) {
    const status = await statusOf(url, headers)
    if (right.includes(status)) tally.right++
    else tally.wrong[status] = (tally.wrong[status] ?? 0) + 1
  }
}

/** 0: no answer. @param {string} url @param {Record<string, string>} headers */
async function statusOf(url, headers) {
  try {
    const response = await fetch(url, { headers })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}
