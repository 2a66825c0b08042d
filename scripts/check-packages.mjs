// Packs every public package as it would be published, and looks at the archives with the eyes of a consumer.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = new URL('..', import.meta.url)
const archives = mkdtempSync(join(tmpdir(), 'portcullis-'))

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, ...args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (error) throw error
  if (status === 0) return
  console.error(`${command} ${args.join(' ')}\n${stdout}${stderr}`)
  process.exitCode = 1
}

for (const name of readdirSync(new URL('packages', root))) {
  const manifest = JSON.parse(readFileSync(new URL(`packages/${name}/package.json`, root), 'utf8'))
  if (manifest.private) continue
  const archive = join(archives, `${name}.tgz`)
  run('pnpm', '--dir', `packages/${name}`, 'pack', '--out', archive)
  run('publint', 'run', '--strict', archive)
  run('attw', '--profile', 'esm-only', archive)
}
rmSync(archives, { recursive: true })
