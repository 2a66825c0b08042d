// What we set out to reach, before anything was measured. A bar that is missed stays in the report as missed.

import { given, inside, relative, times } from './figures.mjs'

/**
 * @typedef {import('../measure.mjs').Result} Inside
 * @typedef {import('../http/measure.mjs').Result} Http
 * @typedef {import('../run-suite.mjs').StoreResult} StoreResult
 * @typedef {Record<string, unknown>} Results by the id of the section
 * @typedef {{ what: string, bar: string, figures: number[], limit: number, most: boolean, unit: string }} Bar
 * The worst of the figures counts. `most`: the limit is the most it may be, otherwise the least. No figures: not run.
 */

/** @param {Results} results @returns {Bar[]} */
export function bars(results) {
  return [...bearerBars(results), ...dpopBars(results), ...httpBars(results), ...storeBars(results)]
}

/** @param {Results} results @returns {Bar[]} */
function bearerBars(results) {
  const cached = (/** @type {string} */ name, id = 'bearer-1') => inside(results, id, name, 'wall')
  const ours = cached('portcullis')
  const rivals = ['bearer-1', 'bearer-16'].flatMap((id) =>
    times(cached('fast-jwt, cached', id), cached('portcullis', id)),
  )
  const first = ['first-sight-1', 'first-sight-16'].flatMap((id) =>
    times(cached('portcullis', id), cached('jose', id)),
  )
  const what = 'Bearer, cached token, in process'
  return [
    { what, bar: '≤ 2.5 µs', figures: given(ours), limit: 2.5, most: true, unit: ' µs' },
    {
      what,
      bar: '≥ 1.0 × as fast as fast-jwt with its cache',
      figures: rivals,
      limit: 1,
      most: false,
      unit: ' ×',
    },
    {
      what,
      bar: '≥ 20 × as fast as express-oauth2-jwt-bearer, one at a time',
      figures: times(cached('express-oauth2-jwt-bearer'), ours),
      limit: 20,
      most: false,
      unit: ' ×',
    },
    {
      what: 'Bearer, first sight of a token',
      bar: '≤ 1.15 × the time of jose',
      figures: first,
      limit: 1.15,
      most: true,
      unit: ' ×',
    },
  ]
}

/** @param {Results} results @returns {Bar[]} */
function dpopBars(results) {
  const cpu = (/** @type {string} */ name) => inside(results, 'dpop', name, 'cpu')
  const ours = cpu('portcullis')
  const what = 'DPoP, token and key seen before, 16 at a time'
  const less = (/** @type {string} */ name, /** @type {number} */ limit) => ({
    what,
    bar: `≥ ${limit} × less CPU than ${name}`,
    figures: times(cpu(name), ours),
    limit,
    most: false,
    unit: ' ×',
  })
  return [
    { what, bar: '≤ 80 µs CPU', figures: given(ours), limit: 80, most: true, unit: ' µs' },
    less('express-oauth2-jwt-bearer', 2.8),
    less('oauth4webapi', 3.5),
  ]
}

/** @param {Results} results @returns {Bar[]} */
function httpBars(results) {
  const bearer = (
    /** @type {string} */ id,
    /** @type {string} */ framework,
    /** @type {number} */ limit,
  ) => ({
    what: `HTTP, Bearer cached, ${framework}`,
    bar: `≥ ${limit} of bare`,
    figures: relative(results, id, `${framework}, portcullis`, framework),
    limit,
    most: false,
    unit: '',
  })
  const ours = 'Express 5, DPoP, portcullis'
  const theirs = 'Express 5, DPoP, express-oauth2-jwt-bearer'
  const what = 'HTTP, DPoP, Express 5'
  const overBare = relative(results, 'http-dpop', ours, 'Express 5')
  const overTheirs = relative(results, 'http-dpop', ours, theirs)
  return [
    bearer('http-express', 'Express 5', 0.95),
    bearer('http-nest', 'Nest 12 on Express', 0.95),
    bearer('http-fastify', 'Fastify 5', 0.85),
    bearer('http-nest', 'Nest 12 on Fastify', 0.75),
    { what, bar: '≥ 0.5 of bare', figures: overBare, limit: 0.5, most: false, unit: '' },
    {
      what,
      bar: '≥ 1.8 × express-oauth2-jwt-bearer',
      figures: overTheirs,
      limit: 1.8,
      most: false,
      unit: ' ×',
    },
  ]
}

/** @param {Results} results @returns {Bar[]} */
function storeBars(results) {
  const stores = /** @type {StoreResult[]} */ (results['replay-store'] ?? [])
  const what = 'Memory store, 1,000,000 live proofs'
  const pauses = stores.map(({ longestInsert, longestCollection }) =>
    Math.max(longestInsert, longestCollection),
  )
  return [
    {
      what,
      bar: '≤ 150 MB',
      figures: stores.map(({ megabytes }) => megabytes),
      limit: 150,
      most: true,
      unit: ' MB',
    },
    { what, bar: 'no pause over 30 ms', figures: pauses, limit: 30, most: true, unit: ' ms' },
  ]
}

/** @param {Bar} bar @returns {{ figure: number | undefined, verdict: 'met' | 'missed' | 'not run' }} */
export function judge({ figures, limit, most }) {
  if (figures.length === 0) return { figure: undefined, verdict: 'not run' }
  const figure = most ? Math.max(...figures) : Math.min(...figures)
  return { figure, verdict: (most ? figure <= limit : figure >= limit) ? 'met' : 'missed' }
}
