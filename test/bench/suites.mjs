import { bearer, bearerZipf, firstSight } from './suites/bearer.mjs'
import { dpop, dpopZipf, replayRedis } from './suites/dpop.mjs'
import { httpDpop, httpExpress, httpFastify, httpNest, httpZipf } from './suites/http.mjs'
import { introspection } from './suites/introspection.mjs'
import { processes, scaling } from './suites/scaling.mjs'
import { signature } from './suites/signature.mjs'

/**
 * In the order in which they run. Those over HTTP profile their server, not themselves.
 *
 * @type {Record<string, { run: import('./suite.mjs').Suite, http: boolean }>}
 */
export const suites = {
  bearer: { run: bearer, http: false },
  'first-sight': { run: firstSight, http: false },
  'bearer-zipf': { run: bearerZipf, http: false },
  signature: { run: signature, http: false },
  dpop: { run: dpop, http: false },
  'dpop-zipf': { run: dpopZipf, http: false },
  introspection: { run: introspection, http: false },
  'replay-redis': { run: replayRedis, http: false },
  'http-express': { run: httpExpress, http: true },
  'http-fastify': { run: httpFastify, http: true },
  'http-nest': { run: httpNest, http: true },
  'http-zipf': { run: httpZipf, http: true },
  'http-dpop': { run: httpDpop, http: true },
  scaling: { run: scaling, http: true },
  processes: { run: processes, http: true },
}
