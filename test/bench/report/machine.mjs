import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { dirname, join } from 'node:path'
import { median } from '../statistics.mjs'
import { http, inside } from './sections.mjs'

const measured = [
  'jose',
  'fast-jwt',
  'aws-jwt-verify',
  'oauth4webapi',
  'express-oauth2-jwt-bearer',
  'express-jwt',
  'jwks-rsa',
  'passport-jwt',
  '@nestjs/passport',
  '@fastify/jwt',
  'get-jwks',
  'fastify-auth0-verify',
  'express',
  'fastify',
  '@nestjs/core',
  'autocannon',
]

/** The machine at the start, which is before we ourselves load it. */
export function machine() {
  const all = cpus()
  return {
    cpu: `${all[0]?.model.trim() ?? 'unknown'}, ${all.length} cores, ${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${type()} ${release()}, Node ${process.versions.node}`,
    load: loadavg()[0] ?? 0,
    commit: commit(),
  }
}

function commit() {
  try {
    const git = (/** @type {string[]} */ ...words) =>
      execFileSync('git', words, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
    const changes = git('status', '--porcelain', '--', '../../../packages') ? ', with changes' : ''
    return git('rev-parse', '--short', 'HEAD') + changes
  } catch {
    return 'unknown'
  }
}

/** Of what stands beside us, as it is installed. */
export function versions() {
  return measured.map((name) => `${name} ${version(name)}`).join(', ')
}

/** Not every package exports its package.json: walk up to it from its entry. @param {string} name */
function version(name) {
  let directory = dirname(createRequire(import.meta.url).resolve(name))
  for (; directory !== dirname(directory); directory = dirname(directory)) {
    try {
      const found = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
      if (found.name === name) return found.version
    } catch {
      // Not here.
    }
  }
  return 'unknown'
}

/** The median of what every table shows as noise. @param {import('./bars.mjs').Results} results */
export function noise(results) {
  const rows = [...inside, ...http].flatMap(
    ({ id }) => /** @type {{ spread: number }[]} */ (results[id] ?? []),
  )
  return median(rows.map(({ spread }) => spread))
}
