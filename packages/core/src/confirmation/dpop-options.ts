import {
  checkOptionNames,
  checkPresent,
  misconfigured,
  misconfiguredSecret,
  readSeconds,
} from '../configuration.js'
import { readAlgorithms, type SignatureAlgorithm } from '../jws/signature-algorithms.js'
import type { NonceSource } from './dpop-nonce.js'
import type { ReplayStore } from './replay-store.js'

/** Whether and how DPoP proofs are checked: RFC 9449. */
export interface DpopOptions {
  /**
   * Tokens without `jkt` in `cnf` are refused, also those that are bound to a client certificate alone. Default false: both
   * kinds are accepted.
   */
  readonly required?: boolean
  /**
   * Accepted signature algorithms of proofs; challenges name them (`algs`). Default ES256, ES384, ES512, PS256, PS384, PS512,
   * Ed25519, EdDSA.
   */
  readonly algorithms?: readonly SignatureAlgorithm[]
  /** How old a proof may be. In seconds; default 60, at most 300. */
  readonly proofMaxAgeSeconds?: number
  /** How far ahead the clock of a client may be. In seconds; default 10, at most 300. */
  readonly futureSkewSeconds?: number
  /** Where used proofs are remembered. Default: the memory of this process, which is enough for one process alone. */
  readonly replayStore?: ReplayStore
  /** Demands nonces in proofs: `rotatingNonce()`. Default: none are asked for. */
  readonly nonce?: NonceSource
}

/** What is enforced. */
export interface DpopPolicy {
  readonly required: boolean
  readonly algorithms: readonly SignatureAlgorithm[]
  readonly proofMaxAgeSeconds: number
  readonly futureSkewSeconds: number
  readonly replayStore: ReplayStore
  readonly nonce: NonceSource | undefined
}

const optionNames = [
  'required',
  'algorithms',
  'proofMaxAgeSeconds',
  'futureSkewSeconds',
  'replayStore',
  'nonce',
]
const maxSeconds = 300

/** @throws TypeError */
export function readDpopOptions(where: string, options: DpopOptions): DpopOptions {
  checkOptionNames(where, options, optionNames)
  checkPresent(where, options, optionNames)
  const { required = false, proofMaxAgeSeconds, futureSkewSeconds, replayStore, nonce } = options
  if (typeof required !== 'boolean') throw misconfigured(`${where}.required`, 'true or false', required)
  readSeconds(`${where}.proofMaxAgeSeconds`, proofMaxAgeSeconds, 0, maxSeconds)
  readSeconds(`${where}.futureSkewSeconds`, futureSkewSeconds, 0, maxSeconds)
  if ('algorithms' in options) readAlgorithms(`${where}.algorithms`, options.algorithms)
  if (replayStore !== undefined && typeof replayStore?.firstUse !== 'function') {
    throw misconfiguredSecret(`${where}.replayStore`, 'a replay store, with firstUse()', replayStore)
  }
  if (nonce !== undefined && !(typeof nonce?.current === 'function' && typeof nonce?.judge === 'function')) {
    throw misconfiguredSecret(`${where}.nonce`, 'a source of nonces, such as rotatingNonce()', nonce)
  }
  return Object.freeze({ ...options, ...(options.algorithms && { algorithms: [...options.algorithms] }) })
}

const defaults = {
  required: false,
  algorithms: ['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'Ed25519', 'EdDSA'],
  proofMaxAgeSeconds: 60,
  futureSkewSeconds: 10,
  nonce: undefined,
} as const

/** What is enforced for the tokens of one issuer: its own settings over those of the resource. Undefined: DPoP is off. */
export function dpopPolicy(
  ofResource: DpopOptions | undefined,
  ofIssuer: DpopOptions | undefined,
  localStore: () => ReplayStore,
): DpopPolicy | undefined {
  if (!ofResource && !ofIssuer) return undefined
  const given = { ...ofResource, ...ofIssuer }
  return { ...defaults, ...given, replayStore: given.replayStore ?? localStore() }
}
