// Entry of every npm script on a bare machine: fetches the pinned pnpm through npx, installs from the lockfile, then
// runs one job of package.json. Uses nothing outside Node itself, because it runs before any install.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'

const root = new URL('..', import.meta.url)
const pin = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).packageManager
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const [job, ...args] = process.argv.slice(2)

/** @param {string[]} words */
function pnpm(...words) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' }
  const { error, status } = spawnSync('npx', ['--yes', pin, ...words], { cwd: root, env, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

// The demo is a child of this process and of nothing between: it stands in a process group of its own, so that a signal
// reaches it once, whether it came from the terminal (to npm and to us, and from npm to us again) or from `kill`.
function demo() {
  const child = spawn(process.execPath, ['examples/three-apis/dist/main.js', ...args], {
    cwd: root,
    stdio: 'inherit',
    detached: true,
  })
  let stopping = false
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      child.kill(signal)
      setTimeout(() => child.kill('SIGKILL'), 5000).unref()
    })
  }
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1)
  })
}

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node >= 20.19 is needed, this is ${process.version}`)
  process.exit(2)
}
pnpm('install', '--frozen-lockfile', '--reporter=append-only')
if (job === 'demo') {
  pnpm('--silent', 'run', 'job:demo')
  demo()
} else {
  pnpm('run', `job:${job}`, ...args)
}
