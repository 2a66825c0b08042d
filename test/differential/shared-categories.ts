import type { Category } from './category.js'

/** What both of the other verifiers do. */
export const sharedCategories: readonly Category[] = [
  {
    name: 'remembers no proof',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 9449 §11.1 lets a server store jti values; without that, a proof that was seen works until it is too old',
    shownBy: ['proof used before'],
  },
  {
    name: 'reads the last of two members with one name',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 7515 §4 and RFC 7519 §4 allow to refuse them, or to take the last one; another reader may take the first',
    shownBy: [
      /^text of the (header|claims) with a member twice( inside)?$/,
      /^bad proof: (header|payload) with .+ (before|after) its own$/,
      'bad proof: jwk with another x before its own',
      'token: a member twice',
    ],
  },
  {
    name: 'skips a byte order mark',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 8259 §8.1: none may be added, a parser may ignore it',
    shownBy: [
      /^text of the (header|claims) with a byte order mark$/,
      /^bad proof: (header|payload) is an object after a byte order mark$/,
    ],
  },
  {
    name: 'replaces what is not UTF-8',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7515 §5.2 step 3, RFC 7519 §7.2: both parts are the UTF-8 encoding of a JSON object',
    shownBy: [
      /^bad proof: (header|payload) is an object with (a byte that is not UTF-8|an overlong form|half of a surrogate pair)$/,
    ],
  },
  {
    name: 'has no limits of size and depth',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 8259 §9 allows limits; RFC 9449 §11.1 names what an oversized jti does to a server',
    shownBy: [
      'text of the claims nested deeply',
      /^bad proof: claim of (arrays|objects), 500 deep$/,
      /^bad proof: (claim|jti) of \d+ KB$/,
    ],
  },
  {
    name: 'overlooks padding, white space and stray bits in base64url',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7515 §2: no padding, no line breaks, no white space; so one proof has one form',
    shownBy: [
      /^signature (with padding|with stray bits|in the other base64 alphabet)$/,
      /^bad proof: (header|payload|signature) with (padding|stray bits at its end|a (space|tab) inside)$/,
    ],
  },
  {
    name: 'minds only those private members that a key of this kind has',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 9449 §4.3 check 7 forbids a private key; whether a foreign member is a part of one, RFC 7517 §4 leaves open',
    shownBy: [/^bad proof: jwk with the member (p|q|dp|dq|qi|oth|k|priv)$/],
  },
  {
    name: 'takes a key that is meant for something else',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7517 §4.2 and §4.3: use and key_ops say what a key is for, and that is not encryption',
    shownBy: [
      /^jwk with (use enc|key_ops sign)$/,
      /^bad proof: jwk with (use enc|key_ops of encryption|key_ops empty)$/,
    ],
  },
  {
    name: 'ignores b64 where it is not critical',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7797 §7 forbids false in a JWT: whoever knows b64 and whoever does not would read two payloads',
    shownBy: ['b64 false', 'bad proof: b64 false, not critical'],
  },
  {
    name: 'ignores b64 with its default',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 7515 §4 ignores what is not understood; true changes nothing, and no JWT has it',
    shownBy: ['b64 true'],
  },
  {
    name: 'reads as htu what WHATWG parsers mend',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 9449 §4.3 check 9 compares URIs by RFC 3986, and these texts are none; user information is no part of a target',
    shownBy: [
      /^htu with (an empty user|backslashes|one slash|a tab|spaces around it|a full-width letter)$/,
      /^bad proof: htu with (backslashes|a backslash|one slash|no slash|three slashes)/,
      /^bad proof: htu with a (tab|line feed|carriage return) in its /,
      /^bad proof: htu with a (space before|space after|line break after|NUL after) it$/,
      'bad proof: htu with an empty user',
      /^bad proof: htu with a (host in full-width letters|soft hyphen in its host|zero-width space in its host)$/,
    ],
  },
  {
    name: 'compares a request target that is no URI',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 9110 §7.1 makes the target URI from it, and RFC 3986 §3.3 has no such character; clients should escape it',
    shownBy: ['request for a path with a bar'],
  },
  {
    name: 'takes a token from the future',
    stricter: 'ours',
    supported: 'open',
    why: 'RFC 7519 §4.1.6 gives iat a meaning, but no rule',
    shownBy: ['token: iat an hour ahead'],
  },
  {
    name: 'takes an audience among what is no text',
    stricter: 'ours',
    supported: 'ours',
    why: 'RFC 7519 §4.1.3: the array holds strings',
    shownBy: ['token: aud among what is no text'],
  },
  {
    name: 'has no leeway for nbf in a proof',
    stricter: 'theirs',
    supported: 'open',
    why: 'RFC 7519 §4.1.5 allows a small leeway; ours is the one that holds for iat',
    shownBy: [/^nbf (5|10) s from now$/],
  },
]
