import { population } from '../draw.mjs'
import { noise, versions } from './machine.mjs'
import { barsTable, httpTables, insideTables, profileTables, storeTable } from './markdown.mjs'

/** @typedef {ReturnType<typeof import('./machine.mjs').machine>} Machine */

/**
 * @param {import('./bars.mjs').Results} results
 * @param {Record<string, import('../profile.mjs').Profile>} profiles of what missed its bar
 * @param {{ before: Machine, command: string, minutes: number, chart: boolean, quick: boolean }} run
 */
export function report(results, profiles, { before, command, minutes, chart, quick }) {
  return [
    '# Benchmarks',
    [
      `From one run of \`${command}\` (${minutes.toFixed(0)} minutes). Ratios are what lasts; the times`,
      'are those of one machine on one day.',
    ].join('\n'),
    ...(chart ? ['![Requests a second relative to the bare framework](benchmarks.svg)'] : []),
    '## Bars\n\nSet before anything was measured; of several figures the worst counts. “Bare” is the framework without a guard.',
    barsTable(results, { quick }),
    `## Setting\n\n${setting(results, before, population({ quick }))}`,
    `## Over HTTP\n\n${overHttp}`,
    ...httpTables(results),
    `## In process\n\n${inProcess}`,
    ...insideTables(results),
    storeTable(results),
    ...(Object.keys(profiles).length > 0
      ? [`## Where the time goes that missed its bar\n\n${whereItGoes}`]
      : []),
    ...profileTables(profiles, 15),
    '',
  ].join('\n\n')
}

const overHttp = [
  'Each server runs in a process of its own, on one core where `taskset` is there; the load (autocannon) comes from the other.',
  'All handlers answer the same JSON; what differs is the guard. “Per CPU time” divides the requests by the CPU time of the server:',
  'the fairer figure where the load cannot keep a server busy. DPoP: express-oauth2-jwt-bearer does not look for replayed proofs.',
].join('\n')

const whereItGoes = [
  'Profiles of ours alone, from the same run. `run` hands a signature over to the threads of WebCrypto, and `oneShotDigest` is the',
  'SHA-256 by which a token is known; `SignJob` and `sign` are the client, which makes proofs in the same process.',
].join('\n')

const inProcess = [
  'Tokens are RS256 by 2,048 bits. What a client does, and what a server has made of a request before a guard sees it, is prepared',
  'beforehand and not measured. fast-jwt and aws-jwt-verify are given the keys; all others fetch them once. Of ours, `authenticate()` is',
  'asked, which always makes a promise; the adapters do without. “The signature alone” shows what synchronous `node:crypto` would',
  'gain on a first sight and on a proof; whatever else a server does would wait meanwhile.',
].join('\n')

/** @param {import('./bars.mjs').Results} results @param {Machine} before @param {number} clients */
function setting(results, before, clients) {
  return [
    `- ${before.cpu}; ${before.system}; load average at the start ${before.load.toFixed(2)}`,
    `- Portcullis at ${before.commit}; beside it ${versions()}`,
    `- Contenders take turns in every round; figures are medians of the rounds, and ratios medians of what they were in each round. Noise`,
    `  is how far the middle half of the rounds lies apart, relative to the median: ${Math.round(noise(results) * 100)} % in the median of all rows`,
    `- “Many” tokens and keys are those of ${clients.toLocaleString('en')} clients`,
    '- Every contender has accepted good tokens and refused bad ones (changed, expired, of another audience, issuer or key; with DPoP',
    '  proofs that are missing, old, by another key, for another URL or token) before it was measured',
  ].join('\n')
}
