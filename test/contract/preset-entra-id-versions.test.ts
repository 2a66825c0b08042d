import { contract } from './contract.js'
import { apiId, entraIdV1, entraIdV2, trusting } from './entra-id-dialect.js'
import type { Kit } from './kit.js'
import { type Changes, tells } from './preset-dialect.js'
import { letsIn, refuses } from './preset-negatives.js'

const graphCause = 'it is a token for Microsoft Graph or another API of Microsoft'

const graphs = [
  '00000003-0000-0000-c000-000000000000',
  'https://graph.microsoft.com',
  'https://graph.microsoft.com/',
]

/** The nonce is in the header as it was sent, and by another one was signed. */
const graph = (aud: string, kit: Kit): Changes => ({
  header: { nonce: 'AQABAAAAAAD' },
  claims: { aud, scp: 'User.Read' },
  key: kit.other.keys.RS256.privateKey,
})

contract(
  'Presets. Entra ID: tokens for Microsoft Graph',
  ['https://contoso.sharepoint.com', ...graphs].flatMap((aud) => [
    refuses(
      entraIdV1,
      `one for ${aud} with a nonce, and tells operators`,
      'token_signature_invalid',
      (kit) => graph(aud, kit),
      tells(graphCause),
    ),
  ]),
  trusting(),
)

contract(
  'Presets. Entra ID: tokens for Microsoft Graph that verify',
  graphs.map((aud) =>
    refuses(
      entraIdV1,
      `one for ${aud}, and tells operators`,
      'token_audience_mismatch',
      { claims: { aud } },
      tells(graphCause),
    ),
  ),
  trusting(),
)

contract(
  'Presets. Entra ID: an API that trusts v2.0 alone',
  [
    letsIn(entraIdV2, 'v2.0', {}),
    refuses(
      entraIdV1,
      'v1.0, and tells operators where the version is set',
      'token_issuer_untrusted',
      {},
      tells('set requestedAccessTokenVersion to 2 in the manifest of the API'),
    ),
    refuses(
      entraIdV1,
      'a token for Microsoft Graph, and tells operators that rather',
      'token_issuer_untrusted',
      (kit) => graph('https://graph.microsoft.com', kit),
      tells(graphCause),
    ),
  ],
  trusting({ versions: ['2.0'] }),
)

contract(
  'Presets. Entra ID: an API that trusts v1.0 alone',
  [
    letsIn(entraIdV1, 'v1.0', {}),
    letsIn(entraIdV1, 'a client id as aud', { claims: { aud: apiId } }),
    refuses(
      entraIdV2,
      'v2.0, and tells operators',
      'token_issuer_untrusted',
      {},
      tells('requestedAccessTokenVersion is 2 in the manifest of the API'),
    ),
  ],
  trusting({ versions: ['1.0'] }),
)
