import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'

const vague = new Set([
  'common',
  'helper',
  'helpers',
  'manager',
  'managers',
  'service',
  'services',
  'util',
  'utils',
])

it('names no file or folder of a package after what it might hold one day', () => {
  const packages = new URL('../../packages/', import.meta.url)
  const paths = readdirSync(packages)
    .map((name) => new URL(`${name}/src/`, packages))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }))
  expect(paths.filter((path) => path.split(/[/.-]/).some((word) => vague.has(word)))).toEqual([])
})
