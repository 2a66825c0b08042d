import type { ProofAlgorithm } from './client-key.js'
import { type DpopClient, dpopClient } from './dpop-client.js'

const standIns = new Map<ProofAlgorithm, DpopClient>()

/** The client of the corpora for this algorithm. There is one each, since RSA keys take long to make. */
export function standIn(algorithm: ProofAlgorithm): DpopClient {
  const client = standIns.get(algorithm) ?? dpopClient({ algorithm })
  standIns.set(algorithm, client)
  return client
}
