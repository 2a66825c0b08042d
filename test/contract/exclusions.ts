/** A rule of the specifications, or a part of one, that no contract test shows; and why. */
export interface Exclusion {
  readonly id: string
  /** What of the rule is meant, when it is not all of it. The rest is tested. */
  readonly clause?: string
  readonly reason: string
}

export const exclusions: readonly Exclusion[] = [
  // What this library does not do, by decision.
  {
    id: 'BEARER-16',
    reason: 'a token in the query is never read (RFC 9700 §4.3.2), so no answer depends on one',
  },
  { id: 'BEARER-17', reason: 'a token in a form is never read: the Authorization field is the only place' },
  { id: 'BEARER-18', reason: 'parameters that carry tokens are never read, be there one or two' },
  {
    id: 'JOSE-20',
    clause: 'a local HMAC secret is at least as long as its hash',
    reason: 'HMAC cannot be enabled: whoever verifies could also sign',
  },
  { id: 'JOSE-22', reason: 'encrypted tokens are refused before anything is decrypted or decompressed' },
  { id: 'AT-09', reason: 'encryption cannot be agreed on, so no token can lack it' },
  {
    id: 'DPOP-21',
    reason: 'the age of a proof comes from its iat alone: a client whose clock is wrong has to set it right',
  },
  {
    id: 'DPOP-27',
    clause: 'a way to accept bound tokens as Bearer',
    reason: 'a bound token never passes as Bearer: there is no such option',
  },
  {
    id: 'PRM-05',
    clause: 'how keys and algorithms of the resource have to be',
    reason: 'a resource signs and encrypts no answers, so that its metadata names neither',
  },
  {
    id: 'PRM-11',
    reason: 'signed_metadata is not emitted: the document comes over HTTPS from the host that it names',
  },
  {
    id: 'META-04',
    reason:
      'signed_metadata is ignored: what is taken from metadata is fetched over TLS from the issuer itself',
  },
]
