import { once } from 'node:events'
import { connect, type OutgoingHttpHeaders } from 'node:http2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { both, type Same, same } from './answers.js'
import { serverOf } from './contract.js'
import { type Kit, startKit } from './kit.js'
import { overHttp2 } from './servers/http2.js'

const url = 'https://api.example.com/read'
const authorities = [
  'evil.example',
  'evil.example:443',
  'api.example.com',
  'API.EXAMPLE.COM:443',
  'localhost',
]

describe.each(overHttp2.map(([name]) => name))('D. Over HTTP/2: %s', (name) => {
  let kit: Kit
  beforeAll(async () => {
    kit = await startKit({ set: overHttp2, options: { dpop: {} } })
  })
  afterAll(() => kit.close())

  async function ask(headers: OutgoingHttpHeaders): Promise<Same> {
    const session = connect(`http://127.0.0.1:${serverOf(kit, name).port}`)
    try {
      const stream = session.request({ ':path': '/read', ...headers })
      const [received] = (await once(stream, 'response')) as [Record<string, string | number>]
      const body: string[] = await stream.setEncoding('latin1').toArray()
      const fields = Object.entries(received).map(([name, value]) => [name, [String(value)]] as const)
      return same({ status: Number(received[':status']), headers: new Map(fields), body: body.join('') })
    } finally {
      session.destroy()
    }
  }

  async function provenFor(htu: string, method = 'GET') {
    const token = await kit.main.mint({ scope: 'accounts:read', boundTo: kit.client })
    return { authorization: `DPoP ${token}`, dpop: kit.client.proof({ method, url: htu, token }) }
  }

  it('lets in a good proof, once (DPOP-41)', async () => {
    const good = await provenFor(url)
    expect(await ask(good)).toMatchObject({ status: 200 })
    expect(await ask(good)).toEqual(both.dpop('proof_replayed'))
  })

  it.each(authorities)('does not ask what :authority says, be it %s (DPOP-18)', async (authority) => {
    expect(await ask({ ...(await provenFor(url)), ':authority': authority })).toMatchObject({ status: 200 })
    for (const htu of [
      'https://evil.example/read',
      'https://localhost/read',
      'http://api.example.com/read',
    ]) {
      const refused = await ask({ ...(await provenFor(htu)), ':authority': authority })
      expect(refused).toEqual(both.dpop('proof_target_mismatch'))
    }
  })

  it.each(['http', 'https'])('does not ask what :scheme says, be it %s (DPOP-18)', async (scheme) => {
    expect(await ask({ ...(await provenFor(url)), ':scheme': scheme })).toMatchObject({ status: 200 })
    const refused = await ask({ ...(await provenFor('http://api.example.com/read')), ':scheme': scheme })
    expect(refused).toEqual(both.dpop('proof_target_mismatch'))
  })

  it('refuses a proof for another method (DPOP-12)', async () => {
    expect(await ask(await provenFor(url, 'POST'))).toEqual(both.dpop('proof_method_mismatch'))
  })

  it('gives the answers of HTTP/1.1 (BEARER-07, BEARER-20)', async () => {
    expect(await ask({})).toEqual(both.neither('credential_missing'))
    const bearer = `Bearer ${await kit.main.mint()}`
    expect(await ask({ authorization: bearer })).toEqual(both.bearer('scope_insufficient', 'accounts:read'))
  })

  it('refuses two proofs (DPOP-03)', async () => {
    const { dpop, ...rest } = await provenFor(url)
    expect(await ask({ ...rest, dpop: [dpop, dpop] })).toEqual(both.dpop('proof_malformed'))
  })
})
