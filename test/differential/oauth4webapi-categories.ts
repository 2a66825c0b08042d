import type { Category } from './category.js'
import { sharedCategories } from './shared-categories.js'

/** Where `validateJwtAccessToken` of oauth4webapi and we differ. */
export const oauth4webapiCategories: readonly Category[] = [
  ...sharedCategories,
  {
    name: 'takes proofs from five minutes back to five minutes ahead',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 9449 §4.3 check 11 and §11.1: how long is for the server to say; ours are 60 and 10 seconds by default',
    shownBy: [
      /^iat (-300|-299|-61|11|60|299|300) s from now$/,
      /^bad proof: iat (61 seconds|60\.5 seconds|two minutes) ago$/,
      /^bad proof: iat (11 seconds|10\.5 seconds|a minute) ahead$/,
    ],
  },
  {
    name: 'takes an empty jti',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 9449 §4.2: an identifier that is unique, which nothing is not',
    shownBy: ['jti empty', 'bad proof: jti empty'],
  },
  {
    name: 'does not decode the escapes of unreserved characters',
    stricter: 'theirs',
    supported: 'ours',
    why: 'RFC 9449 §4.3: the comparison should follow RFC 3986 §6.2.2, whose §6.2.2.2 decodes them',
    shownBy: ['htu with a letter escaped', /^good proof: htu with (a letter|all its letters) encoded/],
  },
  {
    name: 'demands types of iss and aud in a proof',
    stricter: 'theirs',
    supported: 'open',
    why: 'RFC 7519 §4.1.1 and §4.1.3 give types; RFC 9449 §4.2 gives these claims no meaning in a proof',
    shownBy: ['iss a number', 'aud a number'],
  },
  {
    name: 'knows no cnf with more than one member',
    stricter: 'theirs',
    supported: 'ours',
    why: 'RFC 7800 §3.1: members that are not understood are ignored',
    shownBy: ['token: cnf with kid beside jkt'],
  },
]
