import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const packages = readdirSync(new URL('packages', import.meta.url))
const defaultLimits = 'test/contract/default-limits.test.ts'

// Tests run against the sources: no build is needed, and coverage maps to what we wrote.
const alias = packages.map((name) => ({
  find: `@portcullis/${name}`,
  replacement: new URL(`packages/${name}/src/index.ts`, import.meta.url).pathname,
}))

function project(
  name: string,
  include: string,
  options: { exclude?: string[]; execArgv?: string[]; isolate?: boolean } = {},
) {
  return { extends: true as const, test: { name, include: [include], ...options } }
}

export default defineConfig({
  resolve: { alias },
  // Nest's decorators, in test files, which stand outside the tsconfig.json of their package.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    projects: [
      ...packages.map((name) => project(name, `packages/${name}/src/**/*.test.ts`)),
      // Our own size limits lie above those of Node's parser (16 KB, then 431): here they are reached.
      project('contract', 'test/contract/**/*.test.ts', {
        exclude: [defaultLimits],
        execArgv: ['--max-http-header-size=262144'],
        // Each file starts servers of its own and changes nothing else. Loading Nest for each of them took as long as the tests.
        isolate: false,
      }),
      project('default-limits', defaultLimits),
      project('interop', 'test/interop/**/*.test.ts'),
      project('differential', 'test/differential/**/*.test.ts'),
      project('nest', 'test/nest/**/*.test.ts'),
      project('tooling', 'test/tooling/**/*.test.ts'),
    ],
    reporters: ['default', './scripts/count-reporter.mjs'],
    coverage: { include: ['packages/*/src/**/*.ts'], exclude: ['**/*.test-d.ts'], reporter: ['text'] },
  },
})
