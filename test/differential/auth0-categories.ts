import type { Category } from './category.js'
import { sharedCategories } from './shared-categories.js'

/** Where the middleware express-oauth2-jwt-bearer of Auth0 and we differ. */
export const auth0Categories: readonly Category[] = [
  ...sharedCategories,
  {
    name: 'takes anything for a jti',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7519 §4.1.7: a string',
    shownBy: [/^(bad proof: )?jti (a number|true|an array|an empty array|an object)$/],
  },
  {
    name: 'compares methods without regard to case',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 9110 §9.1: methods are case-sensitive',
    shownBy: ['htm "get"', 'htm "Get"', /^bad proof: htm (in lower case|with one capital letter)$/],
  },
  {
    name: 'overlooks a user in htu',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 9110 §4.2.4: a recipient should treat user information in an http URI as an error',
    shownBy: ['htu with a user', /^bad proof: htu with (a user|a user and a password|another host as user)$/],
  },
  {
    name: 'takes RS256 to RS512, ES256K and Ed448, and cannot be told otherwise',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 9449 §4.3 check 5: what is acceptable is local policy',
    shownBy: [
      /^key for RS(256|512)$/,
      /^bad proof: proof of a client with (RS256|RS384|RS512|ES256K)$/,
      'bad proof: EdDSA by a key for Ed448',
    ],
  },
  {
    name: 'does not know Ed25519 by the name of its curve',
    stricter: 'theirs',
    supported: 'ours',
    why: 'RFC 9864 §2.2 registers it, and deprecates EdDSA',
    shownBy: ['key for Ed25519', 'good proof: alg Ed25519'],
  },
  {
    name: 'takes a key that names another algorithm',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7517 §4.4 and RFC 8725 §3.1: alg names the algorithm that the key is for, and each key has one',
    shownBy: ['jwk with alg ES384', /^bad proof: jwk with alg (ES384|HS256)$/],
  },
  {
    name: 'takes an empty d',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7517 §4 with RFC 7518 §6.2.2.1: such a member is no value of a key, and none may be there',
    shownBy: [/^bad proof: jwk with (an empty d|d null)$/],
  },
  {
    name: 'supports b64 as a critical parameter',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 7515 §4.1.11: what is not supported is refused; RFC 7797 is optional, and without use in a JWT',
    shownBy: ['crit b64, and b64 true', 'bad proof: b64 true, and critical'],
  },
  {
    name: 'takes crit with a name twice',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7515 §4.1.11: a name occurs once',
    shownBy: ['bad proof: crit names the same thing twice'],
  },
  {
    name: 'skips characters that are not base64url',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7515 §2 with RFC 4648 §3.3: they are refused',
    shownBy: [
      /^bad proof: (header|payload|signature) with (half of its padding|an exclamation mark inside)$/,
    ],
  },
  {
    name: 'overlooks that a token is bound to a certificate, too',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 8705 §3: the resource has to match the certificate; ours refuses where it is not told where to find one',
    shownBy: ['token: cnf with a certificate beside jkt'],
  },
  {
    name: 'takes one space alone after the scheme',
    stricter: 'theirs',
    supported: 'ours',
    why: 'RFC 9110 §11.4: one or more',
    shownBy: ['two spaces after the scheme'],
  },
  {
    name: 'refuses paths that begin like another URL',
    stricter: 'theirs',
    supported: 'ours',
    why: 'RFC 3986 §3.3: an absolute URI with a host may have them, and we concatenate where others resolve',
    shownBy: [
      'request for https://api.example//v1/x',
      'request for https://api.example/https://other.example/',
    ],
  },
]
