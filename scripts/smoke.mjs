// Installs the packed packages as users do: every framework version in a new folder, with npm. The programs in
// test/consumers are type-checked there and run twice, with import and with require.
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const home = await mkdtemp(join(tmpdir(), 'portcullis-smoke-'))

const nest = (major) => ({
  adapter: 'nestjs',
  program: 'nest',
  variants: ['express', 'fastify'],
  packages: [
    ...['common', 'core', 'platform-express', 'platform-fastify'].map((name) => `@nestjs/${name}@${major}`),
    'reflect-metadata',
    'rxjs',
    '@types/express',
  ],
})

/** What Nest 12 has GraphQL and WebSockets from. */
const contexts = [
  ...['apollo', 'graphql', 'mercurius'].map((name) => `@nestjs/${name}@14`),
  ...['platform-ws', 'websockets'].map((name) => `@nestjs/${name}@12`),
  '@apollo/server@5',
  '@as-integrations/express5@1',
  'mercurius@16',
  'graphql@16',
  'ws@8',
  '@types/ws@8',
]

const frameworks = {
  'express 4.18': { adapter: 'express', packages: ['express@~4.18.0', '@types/express@4'] },
  'express 5': { adapter: 'express', packages: ['express@5', '@types/express@5'] },
  'presets on express 5': {
    adapter: 'express',
    program: 'issuers',
    sources: ['issuer-tokens'],
    also: ['issuers'],
    packages: ['express@5', '@types/express@5'],
  },
  'fastify 5': { adapter: 'fastify', packages: ['fastify@5'] },
  redis: { adapter: 'redis', packages: ['redis@6', 'ioredis@6'] },
  'nest 11': nest(11),
  'nest 12': nest(12),
  'nest 12 contexts': {
    ...nest(12),
    program: 'nest-contexts',
    packages: [...nest(12).packages, ...contexts],
    // The typings of the GraphQL drivers name packages that only federation needs. Ours are checked beside Nest 12 alone.
    skipLibCheck: true,
  },
}

const failed = 'FAILED'
const forms = { import: 'module', require: 'commonjs' }

const compilerOptions = {
  strict: true,
  target: 'ES2022',
  lib: ['ES2023'],
  module: 'NodeNext',
  types: ['node'],
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
}

/** The tarballs of all public packages, by the names of their folders. */
async function pack() {
  const packages = await readdir(join(root, 'packages'))
  const tarballs = packages.map(async (name) => {
    const cwd = join(root, 'packages', name)
    if (JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8')).private) return []
    const { stdout } = await run('pnpm', ['pack', '--json', '--pack-destination', home], { cwd })
    return [[name, JSON.parse(stdout).filename]]
  })
  return Object.fromEntries((await Promise.all(tarballs)).flat())
}

/**
 * @param framework - `sources`: what the program imports, `check` aside. `also`: our packages that it needs beside those that all do
 */
async function install(folder, framework, tarballs) {
  const { adapter, packages, program = adapter, sources = [], also = [], skipLibCheck = false } = framework
  for (const [form, type] of Object.entries(forms)) {
    for (const source of [program, 'check', ...sources]) {
      await cp(join(root, `test/consumers/${source}.ts`), join(folder, form, `${source}.ts`))
    }
    await writeJson(join(folder, form, 'package.json'), { type })
  }
  await writeJson(join(folder, 'package.json'), { private: true })
  await writeJson(join(folder, 'tsconfig.json'), { compilerOptions: { ...compilerOptions, skipLibCheck } })
  const ours = ['core', 'testing', adapter, ...also].map((wanted) => tarballs[wanted])
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', '--loglevel=error']
  await run('npm', ['install', ...quiet, ...ours, ...packages, '@types/node@20'], { cwd: folder })
}

function writeJson(path, value) {
  return writeFile(path, JSON.stringify(value))
}

/** What became of a step, for the table; the output of one that failed goes to stderr. */
async function step(title, action) {
  try {
    await action()
    return 'ok'
  } catch (error) {
    console.error(`${title}: ${error.stdout ?? ''}${error.stderr || error.message}\n`)
    return failed
  }
}

/** One row for each variant of the framework. */
async function smoke([name, framework], tarballs) {
  const { program = framework.adapter, variants = [''] } = framework
  const folder = join(home, name.replaceAll(' ', '-'))
  const installed = await step(`${name}, install`, () => install(folder, framework, tarballs))
  if (installed === failed) return [{ consumer: name, installed }]
  // Compiles in place: TypeScript learns the form from the package.json beside the sources.
  const types = await step(`${name}, types`, () => run('tsc', ['--project', folder]))
  const rows = variants.map(async (variant) => {
    const row = { consumer: variant ? `${name} on ${variant}` : name, installed, types }
    for (const form of Object.keys(forms)) {
      const args = [join(folder, form, `${program}.js`), variant]
      row[form] = await step(`${row.consumer}, ${form}`, () =>
        run(process.execPath, args, { timeout: 60_000 }),
      )
    }
    return row
  })
  return Promise.all(rows)
}

const started = performance.now()
const tarballs = await pack()
const rows = (await Promise.all(Object.entries(frameworks).map((entry) => smoke(entry, tarballs)))).flat()
await rm(home, { recursive: true })

console.table(Object.fromEntries(rows.map(({ consumer, ...outcomes }) => [consumer, outcomes])))
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s on Node ${process.versions.node}`)
if (rows.some((row) => Object.values(row).includes(failed))) process.exitCode = 1
