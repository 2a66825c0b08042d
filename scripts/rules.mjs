// Which tests show which rule of the specifications: reads the names of tests, which end in the ids of their rules.
//
//     node scripts/rules.mjs DPOP MTLS
//
// prints a Markdown table for the sections that are named, or for all of them.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Where names of tests are written: in tests, in what the contract shares, and in the corpora, which are rows of it. */
const tests = [
  /^packages\/[\w-]+\/src\/.*\.test\.ts$/,
  /^packages\/testing\/src\/(?:dpop|tokens)\/[\w-]+\.ts$/,
  /^test\/(?:contract|interop)\/(?!exclusions\.ts$|rules\.test\.ts$).*\.ts$/,
]

const id = /\b[A-Z]+-\d\d\b/g
const idsAtTheEnd = /(?: ?\((?=.*-\d\d\b)[^()]*\)|(?:\b[A-Z]+-\d\d\b[, ]*)+)$/
const text = /(['"`])((?:\\.|(?!\1)[^\\])*)\1/g
const comment = /^\s*(?:\/\/|\/?\*)/

/** @typedef {{ readonly path: string, readonly name: string }} NamedTest */

/** @returns {ReadonlyMap<string, readonly NamedTest[]>} by the id of the rule */
export function testsByRule() {
  /** @type {Map<string, NamedTest[]>} */
  const found = new Map()
  for (const path of ['packages', 'test'].flatMap(filesBelow).filter(isTest)) {
    for (const { rule, name } of readFileSync(root + path, 'utf8')
      .split('\n')
      .flatMap(namedInLine)) {
      found.set(rule, [...(found.get(rule) ?? []), { path, name }])
    }
  }
  return found
}

/** @param {string} path */
function isTest(path) {
  return tests.some((pattern) => pattern.test(path))
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  return readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (!entry.isDirectory()) return path
    return ['node_modules', 'dist'].includes(entry.name) ? [] : filesBelow(path)
  })
}

/**
 * An id that stands for itself belongs to the text beside it, mostly the one after it.
 *
 * @param {string} line
 */
function namedInLine(line) {
  if (comment.test(line)) return []
  const texts = Array.from(line.matchAll(text), ([, , content = '']) => content)
  return texts.flatMap((content, at) => {
    const name = [content, texts[at + 1], texts[at - 1]].map(withoutIds).find((one) => one !== '')
    return (content.match(id) ?? []).map((rule) => ({ rule, name: name ?? '' }))
  })
}

/** @param {string | undefined} name */
function withoutIds(name = '') {
  return name.replace(idsAtTheEnd, '')
}

/** @param {readonly string[]} sections */
function table(sections) {
  const rows = [...testsByRule()]
    .filter(([rule]) => sections.length === 0 || sections.includes(rule.slice(0, -'-00'.length)))
    .toSorted(([one], [another]) => (one < another ? -1 : 1))
    .map(([rule, named]) => `| ${rule} | ${cell(named)} |`)
  return ['| rule | tests |', '|---|---|', ...rows].join('\n')
}

/** @param {readonly NamedTest[]} named */
function cell(named) {
  const paths = [...new Set(named.map(({ path }) => path))]
  const namesIn = paths.map((path) => {
    const names = named.filter((one) => one.path === path && one.name !== '').map(({ name }) => name)
    return `\`${path}\`: ${[...new Set(names)].join(' · ')}`
  })
  return namesIn.join('<br>').replaceAll('|', '\\|')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(table(process.argv.slice(2)))
