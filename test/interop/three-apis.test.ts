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

/** Answers calls without credentials as if the API had let them in. */
const letsNobodyIn = `
  const { fetch } = globalThis
  const isBare = (url, options) => String(url).endsWith('/accounts') && !options.headers
  globalThis.fetch = (url, options) => isBare(url, options) ? Response.json({ caller: 'nobody' }) : fetch(url, options)
`
const noNetwork = `globalThis.fetch = () => Promise.reject(new Error('no network'))`

describe.concurrent('the demo', { timeout: 60_000 }, () => {
  test('calls three APIs, one of them with DPoP, all answered as expected, and ends by itself', async () => {
    const program = runNode(main)
    expect(await program.ended, program.written.error).toBe(0)

    const rows = program.written.out.split('\n').filter((line) => /^[✓✗]/.test(line))
    expect(rows).toHaveLength(28)
    expect(rows.filter((row) => row.startsWith('✗'))).toEqual([])
    const rowsOf = (framework: string) => rows.filter((row) => row.includes(` ${framework} `))
    expect([rowsOf('Express'), rowsOf('Fastify'), rowsOf('Nest')].map(({ length }) => length)).toEqual([
      8, 12, 8,
    ])
    for (const theft of [
      'proof without nonce',
      'replayed proof',
      'stolen token, as Bearer',
      "stolen token, thief's key",
    ]) {
      expect(rows.some((row) => row.startsWith(`✓ ${theft} `) && row.includes(' 401 '))).toBe(true)
    }
    expect(program.written.out).toMatch(/\n\n28 calls, all answered as expected, in \d+\.\d s\n$/)
    expect(program.written.error).toBe('')
  })

  test.skipIf(!runsCurl)('goes on running with --serve, until Ctrl-C; its curl commands work', async () => {
    const program = runNode(main, ['--serve'])
    const [, commands = ''] = await program.prints(/paste:\n\n(.+)\n\nCtrl-C ends it\.\n/s)

    const { stdout } = await promisify(execFile)('bash', ['-c', `set -eo pipefail\n${commands}`])
    expect(stdout.match(/^HTTP\/1\.1 200 OK$/gm), stdout).toHaveLength(3)
    expect(stdout.match(/^\{"caller":"reports"\}$/gm), stdout).toHaveLength(3)

    program.signal('SIGINT')
    expect(await program.ended, program.written.error).toBe(0)
  })

  test('fails when an API lets in whom it should refuse', async () => {
    const program = runNode(main, [], meddle(letsNobodyIn))
    expect(await program.ended).toBe(1)
    expect(program.written.out.match(/^✗ no token /gm)).toHaveLength(3)
    expect(program.written.out).toContain('28 calls, 3 not answered as expected')
  })

  test('fails when it crashes', async () => {
    const program = runNode(main, [], meddle(noNetwork))
    expect(await program.ended).toBe(1)
    expect(program.written.error).toContain('no network')
  })
})

describe('the table of the demo', () => {
  const expected = { result: '403 scope_insufficient', challenge: 'insufficient_scope write' }
  const good: Row = { call: 'read token, POST', framework: 'Nest', expected, got: expected }
  const otherResult: Row = { ...good, got: { ...expected, result: '200 reports' } }
  const otherChallenge: Row = { ...good, got: { ...expected, challenge: '' } }

  test('marks a call that was answered as expected', () => {
    expect(areAllAsExpected([good])).toBe(true)
    expect(table([good], false).split('\n').at(-1)).toMatch(/^✓ read token, POST  Nest  /)
    expect(summary([good, good], 1.24)).toBe('2 calls, all answered as expected, in 1.2 s')
  })

  test.each([
    ['result', otherResult, '200 reports'],
    ['challenge', otherChallenge, 'none, expected insufficient_scope write'],
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

  test('uses colours only when told to', () => {
    expect(table([good, otherResult], false)).not.toContain('\u001b')
    expect(table([good, otherResult], true)).toContain('\u001b[32m✓')
  })
})
