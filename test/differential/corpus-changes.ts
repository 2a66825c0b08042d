import { badProofs, goodProofs, type TestProof } from '@portcullis/testing'
import type { Change } from './change.js'

/** The corpora for users, each proof as one change. */
export const corpusChanges: readonly Change[] = [
  ...goodProofs.map(asChange('good')),
  ...badProofs.map(asChange('bad')),
]

function asChange(kind: 'good' | 'bad') {
  return ({ name, boundTo, make }: TestProof): Change => ({
    name: `${kind} proof: ${name}`,
    slot: 'proof',
    boundTo,
    proofs: make,
  })
}
