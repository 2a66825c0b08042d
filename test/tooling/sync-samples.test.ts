import { expect, it } from 'vitest'
import { syncSamples } from '../../scripts/sync-samples.mjs'

const source = `import { app } from './app.js'

  // #region routes
  app.get('/', () => {
    // #region inner
    return 'ok'
    // #endregion inner
  })

  // #endregion routes
`
const files = new Map([['src/server.ts', source]])

function readme(marker: string, ...sample: string[]) {
  return ['# Title', '', `<!-- sample: ${marker} -->`, '```ts', ...sample, '```', '', 'The end.', ''].join(
    '\n',
  )
}

function sync(markdown: string) {
  return syncSamples(markdown, (path) => files.get(path))
}

const routes = ["app.get('/', () => {", "  return 'ok'", '})']

it('accepts a sample that equals its region, without indentation and region lines', () => {
  const markdown = readme('src/server.ts#routes', ...routes)
  expect(sync(markdown)).toEqual({ text: markdown, problems: [] })
})

it('accepts a sample that equals its whole file, without the blank lines around it', () => {
  const whole = ["import { app } from './app.js'", '', ...routes.map((line) => `  ${line}`)]
  expect(sync(readme('src/server.ts', ...whole)).problems).toEqual([])
})

it('names the line of a sample that differs, and mends it', () => {
  const { text, problems } = sync(readme('src/server.ts#routes', 'old()'))
  expect(problems).toEqual([{ line: 3, message: 'differs from src/server.ts', mendable: true }])
  expect(text).toBe(readme('src/server.ts#routes', ...routes))
})

it.each([
  ['an unknown file', readme('src/gone.ts', 'x'), 'there is no file src/gone.ts'],
  ['an unknown region', readme('src/server.ts#gone', 'x'), 'there is no region gone in src/server.ts'],
  [
    'a marker without a fence',
    '# Title\n\n<!-- sample: src/server.ts -->\n\n```ts\n```\n',
    'a fence (```ts) must follow the marker directly',
  ],
  [
    'a fence that never ends',
    '# Title\n\n<!-- sample: src/server.ts -->\n```ts\nx\n',
    'a fence (```ts) must follow the marker directly',
  ],
])('refuses %s and leaves the text alone', (_name, markdown, message) => {
  expect(sync(markdown)).toEqual({ text: markdown, problems: [{ line: 3, message, mendable: false }] })
})

it('looks at every sample of a file, and at no other fence', () => {
  const other = '```ts\nanything()\n```\n'
  const markdown = readme('src/server.ts#routes', 'old()') + other + readme('src/server.ts#routes', ...routes)
  const { text, problems } = sync(markdown)
  expect(problems.map(({ line }) => line)).toEqual([3])
  expect(text).toContain(other)
})
