import {
  fromNode,
  introspectionIssuer,
  jwtIssuer,
  protectedResource,
} from '../../../packages/core/dist/index.js'
import { path, resource } from '../authority.mjs'
import { authorization } from './authorization.mjs'

/**
 * @typedef {import('../authority.mjs').Facts} Facts
 * @typedef {import('../../../packages/core/dist/index.js').ReplayStore} ReplayStore
 */

/** The events are heard, as they are in production. */
const onEvent = () => {}

/** @param {Facts} facts @returns {import('../measure.mjs').Contender} */
export function portcullis({ issuer }) {
  return contender('portcullis', protectedResource({ resource, issuers: [jwtIssuer({ issuer })], onEvent }))
}

/** @param {Facts} facts @param {{ name?: string, replayStore?: ReplayStore }} [options] */
export function portcullisDpop({ issuer }, { name = 'portcullis', replayStore } = {}) {
  const dpop = { required: true, ...(replayStore && { replayStore }) }
  return contender(name, protectedResource({ resource, issuers: [jwtIssuer({ issuer })], dpop, onEvent }))
}

/** @param {Facts} facts */
export function portcullisIntrospection({ issuer, introspectionClient }) {
  // The tokens are good for the whole run, and so are the answers: nobody is asked while measured.
  const issuers = [introspectionIssuer({ issuer, client: introspectionClient, cacheSeconds: 3600 })]
  return contender('portcullis', protectedResource({ resource, issuers, onEvent }))
}

/**
 * @param {string} name
 * @param {{ authenticate(request: import('../../../packages/core/dist/index.js').ResourceRequest): Promise<unknown> }} api
 * @returns {import('../measure.mjs').Contender}
 */
function contender(name, api) {
  return {
    name,
    prepare: ({ token, proof }) => {
      const rawHeaders = ['Host', 'api.example', 'User-Agent', 'bench']
      rawHeaders.push('Authorization', authorization({ token, proof }))
      if (proof) rawHeaders.push('DPoP', proof)
      return { method: 'GET', url: path, rawHeaders, headers: {} }
    },
    call: (request) =>
      api.authenticate(
        fromNode(/** @type {import('../../../packages/core/dist/index.js').NodeRequest} */ (request)),
      ),
  }
}
