import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll } from 'vitest'
import { openPort } from '../../examples/three-apis/src/open-port.js'
import { configureGlewlwyd, type GlewlwydSettings } from './glewlwyd-settings.js'

/** An authorization server that shares no code with anything in Node: written in C, packaged by Debian. */
export interface Glewlwyd {
  readonly issuer: string
  /** Ends it, and removes what it wrote. */
  stop(): Promise<void>
}

const program = 'glewlwyd'
const databaseProgram = 'sqlite3'
const schema = '/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz'
const packagedSettings = '/etc/glewlwyd/glewlwyd.conf'

/** Where it is absent its tests are skipped, with a notice, and are not counted as passed; in CI that is a failure. */
export const hasGlewlwyd: boolean = [program, databaseProgram].every(
  (one) => spawnSync(one, ['--version']).status === 0,
)

if (!hasGlewlwyd) {
  const notice =
    'glewlwyd is not installed: no test ran against it (apt-get install glewlwyd dbconfig-sqlite3 sqlite3)'
  if (process.env['CI'] === 'true') throw new Error(notice)
  console.warn(`\nNOTICE: ${notice}\n`)
}

const running = new Map<ChildProcess, string>()

function killAll() {
  for (const [child, folder] of running) {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

process.once('exit', killAll)
afterAll(killAll)

/** Starts one on a free port of loopback, with all that it writes in a folder of its own, and tells it of clients and scopes. */
export async function startGlewlwyd(settings: GlewlwydSettings): Promise<Glewlwyd> {
  const origin = await freeOrigin()
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-glewlwyd-'))
  const child = spawn(program, [`--config-file=${writeFiles(folder, origin)}`], { stdio: 'ignore' })
  running.set(child, folder)
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    running.delete(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await untilReady(child, origin)
    return { issuer: await configureGlewlwyd(`${origin}/api`, settings), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Starts from the file of the package: a short one of one's own is refused. */
function writeFiles(folder: string, origin: string): string {
  const [database, file] = [join(folder, 'database'), join(folder, 'glewlwyd.conf')]
  execFileSync(databaseProgram, [database], { input: gunzipSync(readFileSync(schema)) })
  const text = readFileSync(packagedSettings, 'utf8')
    .replace(/^port=.*$/m, `port=${new URL(origin).port}`)
    .replace(/^#bind_address=.*$/m, 'bind_address="127.0.0.1"')
    // Without a slash at the end, which would come twice in the endpoints of the metadata.
    .replace(/^external_url=.*$/m, `external_url="${origin}"`)
    .replace(/^log_file=.*$/m, `log_file="${join(folder, 'log')}"`)
    .replace(/^@include .*$/m, `database = { type = "sqlite3"; path = "${database}"; };`)
  writeFileSync(file, text)
  return file
}

async function untilReady(child: ChildProcess, origin: string): Promise<void> {
  const end = performance.now() + 10_000
  while (performance.now() < end && child.exitCode === null) {
    const ready = await fetch(`${origin}/config`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('glewlwyd did not start')
}

async function freeOrigin(): Promise<string> {
  const { origin, close } = await openPort()
  await close()
  return origin
}
