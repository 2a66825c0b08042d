import { type RefusalCode, required } from './answers.js'
import { contract, passes, type Row } from './contract.js'
import { each, isAbsent, nothingReported } from './every-credential.js'
import { legacy, minted, proven } from './requests.js'

const everything = { scope: 'accounts:read accounts:write' }
const targets = ['/any', '/optional', '/read', '/both', '/all-of', '/any-of', '/files/a', '/mounted/read']

contract(
  'D. Where DPoP is required (RFC 9728 §2)',
  [
    ...targets.flatMap((target): Row[] => [
      {
        name: `refuses a plain bearer token on ${target}, and names DPoP alone (DPOP-29)`,
        request: minted(everything, { target }),
        answer: required.bearer('confirmation_required'),
      },
      {
        name: `lets in with a proof on ${target} (DPOP-29, DPOP-01)`,
        request: proven({ token: everything }, { target }),
        answer: passes({ scheme: 'DPoP' }),
      },
    ]),
    {
      name: 'refuses an unbound token with a proof (DPOP-25, DPOP-29)',
      request: proven({ token: { claims: { cnf: undefined } } }),
      answer: required.dpop('confirmation_required'),
    },
    {
      name: 'refuses a plain bearer token of every issuer (DPOP-29)',
      request: legacy(everything),
      answer: required.bearer('confirmation_required'),
    },
    {
      name: 'tells what else is wrong with a bearer token first, in the challenge of DPoP (DPOP-29, DPOP-31)',
      request: minted({ expiresInSeconds: 0 }),
      answer: required.bearer('token_expired'),
    },
    {
      name: 'asks for a bound token before it asks for scope (DPOP-29, BEARER-22)',
      request: minted({}, { target: '/read' }),
      answer: required.bearer('confirmation_required'),
    },
    {
      name: 'names DPoP alone, and no error, where no credentials came (DPOP-29, DPOP-30)',
      request: () => ({}),
      answer: required.neither('credential_missing'),
    },
    {
      name: 'lets nobody in anonymously who names Bearer, where credentials are optional (DPOP-29)',
      request: () => ({ target: '/optional', headers: [['Authorization', 'Bearer']] }),
      answer: required.bearer('credential_malformed'),
    },
    {
      name: 'answers 403 with scope and algs (DPOP-32, DPOP-33)',
      request: proven({}, { target: '/both' }),
      answer: required.dpop('scope_insufficient', 'accounts:read accounts:write'),
    },
    ...each(
      '/public',
      'does not look at a request for a public route',
      () => passes(null),
      'BCP-01, DPOP-29',
      nothingReported,
    ),
    ...each(
      '/any',
      'lets nobody in',
      (refused) =>
        isAbsent(refused)
          ? required.neither('credential_missing')
          : required.bearer(refused ? codeOf(refused) : 'confirmation_required'),
      'DPOP-29',
    ),
  ],
  { options: { dpop: { required: true } } },
)

function codeOf({ body }: { body: string }): RefusalCode {
  return (JSON.parse(body) as { code: RefusalCode }).code
}
