import { describe, expect, test } from 'vitest'
import { policyWith } from '../test-support/dpop.js'
import { memoryReplayStore } from './confirmation/memory-replay-store.js'
import { ofResource, proofAlgorithms, schemesOnOffer } from './offer.js'

const off = { issuer: 'https://off.example', dpop: undefined }
const optional = { issuer: 'https://optional.example', dpop: policyWith({ algorithms: ['ES256', 'ES384'] }) }
const required = {
  issuer: 'https://required.example',
  dpop: policyWith({ required: true, algorithms: ['ES384', 'Ed25519'] }),
}

test.each([
  [[off], ['Bearer']],
  [[optional], ['Bearer', 'DPoP']],
  [[required], ['DPoP']],
  [
    [off, optional],
    ['Bearer', 'DPoP'],
  ],
  [
    [required, off],
    ['Bearer', 'DPoP'],
  ],
  [
    [required, optional],
    ['Bearer', 'DPoP'],
  ],
  [[required, required], ['DPoP']],
])(
  'on offer is each scheme in which a good token of some issuer would be accepted (DPOP-29, DPOP-30)',
  (issuers, schemes) => {
    expect(schemesOnOffer(issuers)).toEqual(schemes)
  },
)

describe('the algorithms of proofs (DPOP-32)', () => {
  const all = [off, optional, required]

  test('are those of the issuer that the token names', () => {
    expect(proofAlgorithms(all, optional.issuer)).toEqual(['ES256', 'ES384'])
    expect(proofAlgorithms(all, required.issuer)).toEqual(['ES384', 'Ed25519'])
  })

  test.each([undefined, 'https://evil.example', off.issuer])(
    'are those of any, each once, for %s',
    (issuer) => {
      expect(proofAlgorithms(all, issuer)).toEqual(['ES256', 'ES384', 'Ed25519'])
    },
  )

  test('are none where DPoP is off', () => {
    expect(proofAlgorithms([off], off.issuer)).toEqual([])
  })
})

test('the issuers that a resolver will find offer what the resource does (META-08)', () => {
  const localStore = () => memoryReplayStore()
  expect(schemesOnOffer([ofResource({ dpop: undefined, localStore })])).toEqual(['Bearer'])
  expect(schemesOnOffer([ofResource({ dpop: {}, localStore })])).toEqual(['Bearer', 'DPoP'])
  expect(schemesOnOffer([ofResource({ dpop: { required: true }, localStore })])).toEqual(['DPoP'])
  expect(ofResource({ dpop: { algorithms: ['ES384'] }, localStore }).dpop?.algorithms).toEqual(['ES384'])
})
