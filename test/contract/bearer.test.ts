import { refusal } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { authorization, minted, presenting } from './requests.js'

type Write = (token: string) => string

const accepted: readonly (readonly [name: string, write: Write])[] = [
  ['a valid token (BEARER-01)', (token) => `Bearer ${token}`],
  ['a scheme in lower case (BEARER-02)', (token) => `bearer ${token}`],
  ['a scheme in upper case (BEARER-02)', (token) => `BEARER ${token}`],
  ['a scheme in mixed case (BEARER-02)', (token) => `bEaReR ${token}`],
  ['two spaces after the scheme (BEARER-03)', (token) => `Bearer  ${token}`],
  ['many spaces after the scheme (BEARER-03)', (token) => `Bearer${' '.repeat(50)}${token}`],
  [
    'white space around the field value, which HTTP removes (BEARER-03)',
    (token) => ` \t Bearer ${token} \t `,
  ],
]

/** The scheme is ours, so this is an attempt; what follows is not one token68. */
const malformed: readonly (readonly [name: string, write: Write])[] = [
  ['a tab after the scheme (BEARER-03)', (token) => `Bearer\t${token}`],
  ['a space and a tab after the scheme (BEARER-03)', (token) => `Bearer \t${token}`],
  ['a no-break space after the scheme (BEARER-03)', (token) => `Bearer\xa0${token}`],
  ['no token (BEARER-04)', () => 'Bearer'],
  ['no token, but a space (BEARER-04)', () => 'Bearer '],
  ['no token, in lower case (BEARER-04)', () => 'bearer'],
  ['two tokens (BEARER-03)', () => 'Bearer a b'],
  ['a good token and another word (BEARER-03)', (token) => `Bearer ${token} b`],
  ['a good token after another word (BEARER-03)', (token) => `Bearer b ${token}`],
  ['a parameter (BEARER-03)', () => 'Bearer a=b'],
  ['a parameter with a good token (BEARER-03)', (token) => `Bearer token=${token}`],
  ['a parameter with a quoted value (BEARER-03)', () => 'Bearer realm="x"'],
  ['padding alone (BEARER-03)', () => 'Bearer ='],
  ['padding before the token (BEARER-03)', (token) => `Bearer =${token}`],
  ['quotes (BEARER-03)', (token) => `Bearer "${token}"`],
  ['single quotes (BEARER-03)', (token) => `Bearer '${token}'`],
  ['angle brackets (BEARER-03)', (token) => `Bearer <${token}>`],
  ['a backslash (BEARER-03)', (token) => `Bearer ${token}\\`],
  ['a percent sign (BEARER-03)', (token) => `Bearer ${token.replaceAll('.', '%2E')}`],
  ['a semicolon (BEARER-03)', (token) => `Bearer ${token};b`],
  ['a byte beyond ASCII (BEARER-03)', (token) => `Bearer ${token}\xe9`],
  ['a letter in UTF-8 (BEARER-03)', (token) => `Bearer ${token}\xc3\xa9`],
  ['a byte beyond ASCII alone (BEARER-03)', () => 'Bearer \xe9'],
  ['an equals sign after the scheme (BEARER-03)', (token) => `Bearer=${token}`],
  ['a colon after the scheme (BEARER-03)', (token) => `Bearer: ${token}`],
  ['a quote after the scheme (BEARER-03)', (token) => `Bearer"${token}"`],
  ['a slash after the scheme (BEARER-03)', (token) => `Bearer/${token}`],
  ['a good token and a comma (BEARER-14)', (token) => `Bearer ${token},`],
  ['a good token, a comma and a space (BEARER-14)', (token) => `Bearer ${token}, `],
  ['a good token, a comma and a parameter (BEARER-14)', (token) => `Bearer ${token}, realm="x"`],
  ['a good token, a comma and an unquoted parameter (BEARER-14)', (token) => `Bearer ${token},a=b`],
  ['parameters with commas between (BEARER-14)', (token) => `Bearer token=${token}, realm="x", a=b`],
]

/** Fields that were joined on the way, by a proxy: each part is a credential of its own, whatever it is worth. */
const ambiguous: readonly (readonly [name: string, write: Write])[] = [
  ['two good tokens with a comma between (BEARER-14)', (token) => `Bearer ${token}, Bearer ${token}`],
  ['two good tokens with a bare comma between (BEARER-14)', (token) => `Bearer ${token},Bearer ${token}`],
  [
    'two good tokens with a comma and a tab between (BEARER-14)',
    (token) => `Bearer ${token},\tBearer ${token}`,
  ],
  ['three good tokens (BEARER-14)', (token) => Array(3).fill(`Bearer ${token}`).join(', ')],
  ['two good tokens after one scheme (BEARER-14)', (token) => `Bearer ${token},${token}`],
  ['two words that are no tokens after one scheme (BEARER-14)', () => 'Bearer a,b'],
  ['a good token, a comma and another word (BEARER-14)', (token) => `Bearer ${token}, b`],
  ['a bad token, a comma and a good one (BEARER-14)', (token) => `Bearer b, Bearer ${token}`],
  ['the scheme alone, a comma and a good token (BEARER-14)', (token) => `Bearer, Bearer ${token}`],
  ['a good token, a comma and the scheme alone (BEARER-14)', (token) => `Bearer ${token}, Bearer`],
  [
    'a good token, a comma and a scheme in lower case (BEARER-14)',
    (token) => `bearer ${token}, bEARER ${token}`,
  ],
  ['a good token, a comma and a foreign scheme (BEARER-14)', (token) => `Bearer ${token}, Basic eDp5`],
  ['a good token, a comma and DPoP (BEARER-14)', (token) => `Bearer ${token}, DPoP ${token}`],
  ['a foreign scheme, a comma and a good token (BEARER-14)', (token) => `Basic eDp5, Bearer ${token}`],
  ['DPoP, a comma and a good token (BEARER-14)', (token) => `DPoP ${token}, Bearer ${token}`],
  [
    'parameters of a foreign scheme, a comma and a good token (BEARER-14)',
    (token) => `Digest username="x", realm="y", nonce="z", Bearer ${token}`,
  ],
  ['a comma, and then a good token (BEARER-14)', (token) => `, Bearer ${token}`],
  ['a comma after the scheme (BEARER-03, BEARER-14)', (token) => `Bearer,${token}`],
]

/** Nothing that is on offer here: as if no credentials had come. DPoP is off. */
const foreign: readonly (readonly [name: string, write: Write])[] = [
  ['Basic (BEARER-06)', () => 'Basic eDp5'],
  ['Basic without credentials (BEARER-06)', () => 'Basic'],
  ['Digest (BEARER-06)', () => 'Digest username="x", realm="y", nonce="z", uri="/", response="0"'],
  ['Negotiate (BEARER-06)', () => 'Negotiate YII='],
  ['DPoP, which is off (BEARER-06)', (token) => `DPoP ${token}`],
  ['Token (BEARER-06)', (token) => `Token ${token}`],
  ['a scheme that begins like ours (BEARER-06)', (token) => `Bearerx ${token}`],
  ['a scheme that begins like ours, with a hyphen (BEARER-06)', (token) => `Bearer-x ${token}`],
  ['a scheme that begins like ours, with an underscore (BEARER-06)', (token) => `Bearer_ ${token}`],
  ['a scheme that ends like ours (BEARER-06)', (token) => `xBearer ${token}`],
  ['our scheme and the token in one word (BEARER-06)', (token) => `Bearer${token}`],
  ['our scheme in quotes (BEARER-06)', (token) => `"Bearer" ${token}`],
  ['two foreign schemes with a comma between (BEARER-06, BEARER-14)', (token) => `Basic eDp5, DPoP ${token}`],
  ['a foreign scheme with our name in a parameter (BEARER-06)', () => 'Digest username="Bearer", bearer="x"'],
  ['a token without scheme (BEARER-06)', (token) => token],
  ['a byte beyond ASCII (BEARER-06)', () => '\xe9'],
  ['an empty field (BEARER-05)', () => ''],
  ['a field with spaces only (BEARER-05)', () => '   '],
]

const rows = (
  title: string,
  cases: readonly (readonly [name: string, write: Write])[],
  answer: Row['answer'],
): readonly Row[] =>
  cases.map(([name, write]) => ({ name: `${title} ${name}`, request: presenting(write), answer }))

contract('A. A token in the Authorization field (RFC 6750 §2.1, RFC 9110 §11)', [
  ...rows('lets in', accepted, passes({ clientId: 'test-client', scheme: 'Bearer' })),
  ...rows('refuses as malformed', malformed, refusal('credential_malformed')),
  ...rows('refuses as ambiguous', ambiguous, refusal('credential_ambiguous')),
  ...rows('takes for no credentials', foreign, refusal('credential_missing')),
  {
    name: 'says nothing about an error when no credentials came (BEARER-05, BEARER-08)',
    request: () => ({}),
    answer: refusal('credential_missing'),
  },
  {
    name: 'reads the field whatever the case of its name (BEARER-01)',
    request: async ({ main }) => ({ headers: [['aUTHORIZATION', `Bearer ${await main.mint()}`]] }),
    answer: passes(),
  },
  {
    name: 'reads the token with regard to case (BEARER-02)',
    request: presenting((token) => `Bearer ${token.toLowerCase()}`),
    answer: refusal('token_malformed'),
  },
  {
    name: 'refuses what is one word but no JWT as an invalid token, not as a malformed request (BEARER-19)',
    request: authorization('Bearer mF_9.B5f-4.1JqM=='),
    answer: refusal('token_malformed'),
  },
  {
    name: 'answers 403 and names the scope when the token has too little (BEARER-20)',
    request: minted({ scope: 'accounts:read' }, { method: 'POST', target: '/write' }),
    answer: refusal('scope_insufficient', 'accounts:write'),
  },
])
