// Keeps the samples in our README files and in docs/ equal to code that is compiled and tested. A sample is a fence below a marker:
//
//     <!-- sample: examples/express/src/server.ts#routes -->
//     ```ts
//
// Without `#routes` it is the whole file, with it the lines between `// #region routes` and `// #endregion routes`.
// Reports every difference; `--write` mends them.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const block = /^<!-- sample: ([^\s#]+)(?:#(\S+))? -->\n(?:```ts\n(.*?)^```$)?/gms
const regionLine = /^\s*\/\/ #(?:end)?region\b/

/**
 * @param {string} source
 * @param {string | undefined} region
 * @returns {string | undefined} the sample, or nothing when there is no such region
 */
function sampleOf(source, region) {
  let lines = source.split('\n')
  if (region !== undefined) {
    const from = lines.findIndex((line) => line.trim() === `// #region ${region}`)
    const to = lines.findIndex((line) => line.trim() === `// #endregion ${region}`)
    if (from === -1 || to < from) return undefined
    lines = lines.slice(from, to)
  }
  lines = lines.filter((line) => !regionLine.test(line))
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/))
  const indent = Math.min(...indents)
  return lines
    .map((line) => line.slice(indent))
    .join('\n')
    .replace(/^\s*\n|\s+$/g, '')
}

/**
 * @param {string} markdown
 * @param {(path: string) => string | undefined} read the content of a source file, or nothing when there is none
 * @returns the text with every sample brought up to date, and what was wrong before (lines count from 1)
 */
export function syncSamples(markdown, read) {
  /** @type {{ line: number, message: string, mendable: boolean }[]} */
  const problems = []
  const text = markdown.replace(block, (found, path, region, shown, offset) => {
    const line = markdown.slice(0, offset).split('\n').length
    const refuse = (/** @type {string} */ message) => {
      problems.push({ line, message, mendable: false })
      return found
    }
    const source = read(path)
    if (source === undefined) return refuse(`there is no file ${path}`)
    const sample = sampleOf(source, region)
    if (sample === undefined) return refuse(`there is no region ${region} in ${path}`)
    if (shown === undefined) return refuse('a fence (```ts) must follow the marker directly')
    if (shown === `${sample}\n`) return found
    problems.push({ line, message: `differs from ${path}`, mendable: true })
    const [marker] = found.split('\n')
    return `${marker}\n\`\`\`ts\n${sample}\n\`\`\``
  })
  return { text, problems }
}

/** @param {{ write: boolean }} options */
function main({ write }) {
  const root = new URL('..', import.meta.url)
  const packages = readdirSync(new URL('packages', root)).map((name) => `packages/${name}/README.md`)
  const read = (/** @type {string} */ path) => {
    const file = new URL(path, root)
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : undefined
  }
  const pages = readdirSync(new URL('docs', root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
  for (const readme of ['README.md', ...packages, ...pages]) {
    const markdown = read(readme)
    if (markdown === undefined) continue
    const { text, problems } = syncSamples(markdown, read)
    for (const { line, message, mendable } of problems) {
      if (write && mendable) continue
      console.error(`${readme}:${line}: ${message}${mendable ? ' (mended by: npm run format)' : ''}`)
      process.exitCode = 1
    }
    if (write && text !== markdown) writeFileSync(new URL(readme, root), text)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main({ write: process.argv.includes('--write') })
