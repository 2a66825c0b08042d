// What we set out to reach, before anything was measured. A bar that is missed stays in the report as missed.

import { given, inside, relative, times } from './figures.mjs'

/**
 * @typedef {import('../measure.mjs').Result} Inside
 * @typedef {import('../http/measure.mjs').Result} Http
 * @typedef {import('../run-suite.mjs').StoreResult} StoreResult
 * @typedef {Record<string, unknown>} Results by the id of the section
 * @typedef {{ suite: string, what: string, bar: string, figures: number[], limit: number, most: boolean, unit: string }} Bar
 * The worst of the figures counts. `most`: the limit is the most it may be, otherwise the least. No figures: not run.
 */

/** @param {Results} results @returns {Bar[]} */
export function bars(results) {
  return [...bearerBars(results), ...dpopBars(results), ...httpBars(results), ...storeBars(results)]
}

/** @param {Results} results @returns {Bar[]} */
function bearerBars(results) {
  const timesOf = (/** @type {string} */ id, /** @type {string} */ of, /** @type {string} */ by) =>
    times(inside(results, id, of), inside(results, id, by), ({ wall }) => wall)
  const ours = inside(results, 'bearer-1', 'portcullis')?.wall
  const rivals = ['bearer-1', 'bearer-16'].flatMap((id) => timesOf(id, 'fast-jwt, cached', 'portcullis'))
  const first = ['first-sight-1', 'first-sight-16'].flatMap((id) => timesOf(id, 'portcullis', 'jose'))
  const suite = 'bearer'
  const what = 'Bearer, cached token, in process'
  return [
    { suite, what, bar: '≤ 2.5 µs', figures: given(ours), limit: 2.5, most: true, unit: ' µs' },
    {
      suite,
      what,
      bar: '≥ 1.0 × as fast as fast-jwt with its cache',
      figures: rivals,
      limit: 1,
      most: false,
      unit: ' ×',
    },
    {
      suite,
      what,
      bar: '≥ 20 × as fast as express-oauth2-jwt-bearer, one at a time',
      figures: timesOf('bearer-1', 'express-oauth2-jwt-bearer', 'portcullis'),
      limit: 20,
      most: false,
      unit: ' ×',
    },
    {
      suite: 'first-sight',
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
  const cpu = (/** @type {string} */ name) => inside(results, 'dpop', name)
  const ours = cpu('portcullis')
  const what = 'DPoP, token and key seen before, 16 at a time'
  const less = (/** @type {string} */ name, /** @type {number} */ limit) => ({
    suite: 'dpop',
    what,
    bar: `≥ ${limit} × less CPU than ${name}`,
    figures: times(cpu(name), ours, (turn) => turn.cpu),
    limit,
    most: false,
    unit: ' ×',
  })
  return [
    {
      suite: 'dpop',
      what,
      bar: '≤ 80 µs CPU',
      figures: given(ours?.cpu),
      limit: 80,
      most: true,
      unit: ' µs',
    },
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
    suite: id,
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
    { suite: 'http-dpop', what, bar: '≥ 0.5 of bare', figures: overBare, limit: 0.5, most: false, unit: '' },
    {
      suite: 'http-dpop',
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
      suite: 'replay-store',
      what,
      bar: '≤ 150 MB',
      figures: stores.map(({ megabytes }) => megabytes),
      limit: 150,
      most: true,
      unit: ' MB',
    },
    {
      suite: 'replay-store',
      what,
      bar: 'no pause over 30 ms',
      figures: pauses,
      limit: 30,
      most: true,
      unit: ' ms',
    },
  ]
}

/** The suites of bars that are missed. @param {Results} results */
export function missedSuites(results) {
  const missed = bars(results).filter((bar) => judge(bar).verdict === 'missed')
  return [...new Set(missed.map(({ suite }) => suite))]
}

/** @param {Bar} bar @returns {{ figure: number | undefined, verdict: 'met' | 'missed' | 'not run' }} */
export function judge({ figures, limit, most }) {
  if (figures.length === 0) return { figure: undefined, verdict: 'not run' }
  const figure = most ? Math.max(...figures) : Math.min(...figures)
  return { figure, verdict: (most ? figure <= limit : figure >= limit) ? 'met' : 'missed' }
}
