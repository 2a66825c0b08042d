import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { areAllAsExpected, type Row, summary, table } from '../../examples/three-apis/src/table.js'
import { runNode } from '../program.js'

const main = 'examples/three-apis/dist/main.js'
const runsCurl = spawnSync('curl', ['--version']).status === 0

/** Runs before the demo in its process, and gets in between its client and the network. */
const meddle = (script: string) => ({
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(script)}`,
})

/** Answers calls without credentials as if the API had let them in, and others as if another customer had called. */
const letsAnybodyIn = `
  const { fetch } = globalThis
  const isBare = (url, options) => String(url).endsWith('/accounts') && !options.headers
  globalThis.fetch = async (url, options) => {
    if (isBare(url, options)) return Response.json({ caller: 'nobody' })
    const response = await fetch(url, options)
    if (!String(url).endsWith('/accounts') || !response.ok) return response
    const body = (await response.text()).replace('customer 910753614"', 'customer 312232324"')
    return new Response(body, response)
  }
`
const noNetwork = `globalThis.fetch = () => Promise.reject(new Error('no network'))`

/** What no run of the demo may lack: a call, its API, its status, and who called or what was refused. */
const told: [call: string, api: string, answer: string][] = [
  ['JWT-bearer grant', 'Express', '200 customer 910753614'],
  ['the same, delegated', 'Express', '200 customer 910753614, by supplier 991825827'],
  ['the same, for a system user', 'Express', '200 customer 910753614, by system of 991825827'],
  ["HelseID's token, as Bearer", 'Express', '401 token_issuer_untrusted invalid_token'],
  ['client assertion, with DPoP', 'Fastify', '200 organisation 312232324'],
  ['the same, for nobody', 'Fastify', '403 requirement_unmet insufficient_scope'],
  ["Maskinporten's token", 'Fastify', '401 token_issuer_untrusted invalid_token'],
  ['proof without nonce', 'Fastify', '401 proof_nonce_missing use_dpop_nonce'],
  ['replayed proof', 'Fastify', '401 proof_replayed invalid_dpop_proof'],
  ['stolen token, as Bearer', 'Fastify', '401 confirmation_downgraded invalid_token'],
  ["stolen token, thief's key", 'Fastify', '401 confirmation_mismatch invalid_token'],
  ['shared secret', 'Nest', '200 application 535fb089: Accounts.Read'],
  ['no role', 'Nest', '403 requirement_unmet insufficient_scope'],
  ["another tenant's token", 'Nest', '401 token_issuer_untrusted invalid_token'],
  ["Boruta's token", 'All four', '200 client 6a2f41a3: accounts:read'],
  ["Maskinporten's, for any API", 'All four', '401 token_audience_mismatch invalid_token'],
  ['the same, revoked', 'All four', '401 token_inactive invalid_token'],
  ["all down: Entra ID's token", 'All four', '200 application 535fb089: Accounts.Read'],
  ["all down: Boruta's token", 'All four', '503 introspection_unavailable'],
]

/** The cells of a row, but for the mark; what was expected is what came. */
function cellsOf(row: string): [call: string, api: string, answer: string] {
  const [call = '', api = '', , ...got] = row.slice(2).split(/ {2,}/)
  return [call, api, got.join(' ')]
}

describe.concurrent('the demo', { timeout: 120_000 }, () => {
  test('calls APIs that trust one of four authorization servers, or all, and ends by itself', async () => {
    const program = runNode(main)
    expect(await program.ended, program.written.out + program.written.error).toBe(0)

    const rows = program.written.out.split('\n').filter((line) => /^[✓✗]/.test(line))
    expect(rows.filter((row) => row.startsWith('✗'))).toEqual([])
    const cells = rows.map(cellsOf)
    const countOf = (name: string) => cells.filter(([, api]) => api === name).length
    expect(['Express', 'Fastify', 'Nest', 'All four'].map(countOf)).toEqual([13, 15, 11, 19])
    expect(cells).toEqual(expect.arrayContaining(told))
    expect(program.written.out).toMatch(/\n\n58 calls, all answered as expected, in \d+\.\d s\n$/)
    expect(program.written.error).toBe('')
  })

  test.skipIf(!runsCurl)('goes on running with --serve, until Ctrl-C; its commands work', async () => {
    const program = runNode(main, ['--serve'])
    const [, commands = ''] = await program.prints(/paste:\n\n(.+)\n\nCtrl-C ends it\.\n/s)

    const { stdout } = await promisify(execFile)('bash', ['-c', `set -eo pipefail\n${commands}`])
    expect(stdout.match(/^HTTP\/1\.1 200 OK$/gm), stdout).toHaveLength(4)
    expect(stdout.match(/^\{"caller":".+"\}$/gm), stdout).toEqual([
      '{"caller":"customer 910753614"}',
      '{"caller":"organisation 312232324"}',
      '{"caller":"application 535fb089: Accounts.Read"}',
      '{"caller":"client 6a2f41a3: accounts:read"}',
    ])

    program.signal('SIGINT')
    expect(await program.ended, program.written.error).toBe(0)
  })

  test('fails when an API lets in whom it should refuse, or takes a caller for somebody else', async () => {
    const program = runNode(main, [], meddle(letsAnybodyIn))
    expect(await program.ended).toBe(1)
    const { out } = program.written
    expect(out.match(/^✗ no token /gm)).toHaveLength(4)
    expect(out.match(/^✗ .*customer 312232324, expected customer 910753614$/gm)).toHaveLength(4)
    expect(out).toContain('58 calls, 8 not answered as expected')
  })

  test('fails when it crashes', async () => {
    const program = runNode(main, [], meddle(noNetwork))
    expect(await program.ended).toBe(1)
    expect(program.written.error).toContain('no network')
  })
})

describe('the table of the demo', () => {
  const expected = { result: '403 scope_insufficient', detail: 'insufficient_scope write' }
  const good: Row = { call: 'read token, POST', api: 'Nest', expected, got: expected }
  const otherResult: Row = { ...good, got: { ...expected, result: '200' } }
  const otherDetail: Row = { ...good, got: { ...expected, detail: '' } }

  test('marks a call that was answered as expected', () => {
    expect(areAllAsExpected([good])).toBe(true)
    expect(table([good], false).split('\n').at(-1)).toMatch(/^✓ read token, POST  Nest  /)
    expect(summary([good, good], 1.24)).toBe('2 calls, all answered as expected, in 1.2 s')
  })

  test.each([
    ['result', otherResult, ' 200 '],
    ['caller or challenge', otherDetail, 'none, expected insufficient_scope write'],
  ])('marks a call with another %s, and says what came instead', (_name, row, told) => {
    expect(areAllAsExpected([good, row])).toBe(false)
    const [, first, second] = table([good, row], false).split('\n')
    expect(first).toMatch(/^✓ /)
    expect(second).toMatch(/^✗ /)
    expect(second).toContain(told)
    expect(summary([good, row], 1)).toBe('2 calls, 1 not answered as expected, in 1.0 s')
  })

  test('does not take no calls for success', () => {
    expect(areAllAsExpected([])).toBe(false)
  })

  test('parts the calls of one API from those of the next', () => {
    const [, first, second, empty, third] = table([good, good, { ...good, api: 'Express' }], false).split(
      '\n',
    )
    expect([first, second, third].map((line) => line?.slice(0, 1))).toEqual(['✓', '✓', '✓'])
    expect(empty).toBe('')
  })

  test('uses colours only when told to', () => {
    expect(table([good, otherResult], false)).not.toContain('\u001b')
    expect(table([good, otherResult], true)).toContain('\u001b[32m✓')
  })
})
