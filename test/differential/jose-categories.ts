import type { Category } from './category.js'

/** Where `jwtVerify` of jose, told all that it can be told, and we differ about a token that comes as Bearer. */
export const joseCategories: readonly Category[] = [
  {
    name: 'reads the last of two members with one name',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 7515 §4 and RFC 7519 §4 allow to refuse them, or to take the last one; another reader may take the first',
    shownBy: [/^bad token: (header|payload) with .+ (before|after) its own$/, 'token: a member twice'],
  },
  {
    name: 'skips a byte order mark',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 8259 §8.1: none may be added, a parser may ignore it',
    shownBy: [/^bad token: (header|payload) is an object after a byte order mark$/],
  },
  {
    name: 'has no limit of depth',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 8259 §9 allows limits',
    shownBy: [/^bad token: claim of (arrays|objects), \d+ 000 deep$/],
  },
  {
    name: 'overlooks padding, white space and stray bits in base64url',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7515 §2: no padding, no line breaks, no white space; so one token has one form',
    shownBy: [
      /^bad token: (header|payload|signature) with (padding|stray bits at its end|a (space|tab) inside)$/,
    ],
  },
  {
    name: 'takes crit with a name twice',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7515 §4.1.11: a name occurs once',
    shownBy: ['bad token: crit names the same thing twice'],
  },
  {
    name: 'ignores b64 where it is not critical',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7797 §7 forbids false in a JWT: whoever knows b64 and whoever does not would read two payloads',
    shownBy: ['bad token: b64 false, not critical'],
  },
  {
    name: 'takes an audience among what is no text',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7519 §4.1.3: the array holds strings',
    shownBy: [/^bad token: aud an array with (a number|null) in it$/, 'token: aud among what is no text'],
  },
  {
    name: 'takes a token from the future, unless a greatest age is set',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 7519 §4.1.6 gives iat a meaning, but no rule',
    shownBy: [/^bad token: iat in (two minutes|a year)$/, 'token: iat an hour ahead'],
  },
  {
    name: 'takes numbers for times that no number can hold',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7519 §2: a NumericDate is a number of seconds',
    shownBy: [/^bad token: (exp|nbf|iat) infinite \(-?1e400\)$/],
  },
  {
    name: 'does not look at the types of sub, client_id and jti',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7519 §4.1.2 and §4.1.7, RFC 8693 §4.3: strings',
    shownBy: [
      /^bad token: (sub|client_id|jti) (null|a number|true|an array|an object)$/,
      /^token: (sub|client_id|jti) an object$/,
    ],
  },
  {
    name: 'knows no cnf',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 9449 §7.2: a token that is bound to a key is no bearer token; RFC 7800 §3.1: a way that is not known does not make it one',
    shownBy: [/^bad token: cnf /],
  },
  {
    name: 'does not use a key with alg Ed25519 for EdDSA',
    stricter: 'theirs',
    supported: 'open',
    why: 'RFC 9864 §2.2: two names of one algorithm for this curve; RFC 7517 §4.4 does not say whether they are one',
    shownBy: ['good token: alg EdDSA'],
  },
]
