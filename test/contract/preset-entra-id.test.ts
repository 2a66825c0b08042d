import { contract } from './contract.js'
import {
  anotherTenant,
  apiId,
  apiUri,
  clientId,
  entraIdV1,
  entraIdV2,
  tenant,
  trusting,
} from './entra-id-dialect.js'
import { tells } from './preset-dialect.js'
import { everyPreset, letsIn, refuses } from './preset-negatives.js'

const dialects = [entraIdV2, entraIdV1]

contract('Presets. Entra ID: what every preset refuses', dialects.flatMap(everyPreset), trusting())

contract(
  'Presets. Entra ID: tokens',
  dialects.flatMap((dialect) => {
    const { payload } = dialect.fixture
    const isV1 = dialect === entraIdV1
    const client = isV1 ? 'appid' : 'azp'
    return [
      letsIn(
        dialect,
        'the fixture as an application of its own',
        {},
        {
          issuer: payload.iss,
          actsFor: 'client',
          clientId,
          subject: payload.sub,
          audience: [payload.aud],
          scopes: [],
          roles: ['access_as_application'],
          tenantId: tenant,
          objectId: payload.oid,
          tokenVersion: isV1 ? '1.0' : '2.0',
          clientAuthentication: 'secret',
        },
      ),
      letsIn(
        dialect,
        'an application that authenticated by a certificate',
        { claims: { [`${client}acr`]: '2' } },
        { clientAuthentication: 'certificate' },
      ),
      letsIn(
        dialect,
        'an application by its subject alone',
        { claims: { idtyp: undefined } },
        { actsFor: 'client' },
      ),
      letsIn(dialect, 'a claim that nobody knows', { claims: { xms_new: { a: 1 } } }),
      letsIn(dialect, 'a token without uti', { claims: { uti: undefined } }),
      refuses(dialect, 'typ absent', 'token_type_unexpected', { header: { typ: undefined } }),
      refuses(dialect, 'typ at+jwt', 'token_type_unexpected', { header: { typ: 'at+jwt' } }),
      ...['aud', 'exp', 'iat', 'nbf', 'sub', 'oid', 'tid', 'ver', client].map((name) =>
        refuses(dialect, `a token without ${name}`, 'token_claim_missing', { claims: { [name]: undefined } }),
      ),
      refuses(dialect, 'alg PS256', 'token_algorithm_refused', ({ legacy }) => ({
        alg: 'PS256',
        header: { alg: 'PS256', kid: legacy.keys.PS256.kid },
        key: legacy.keys.PS256.privateKey,
      })),
      ...[anotherTenant, 'contoso.onmicrosoft.com', tenant.toUpperCase(), '', 5, null].map((tid) =>
        refuses(
          dialect,
          `tid ${JSON.stringify(tid)}, and tells operators`,
          'token_claim_invalid',
          { claims: { tid } },
          tells('tid has to be the tenant that iss names'),
        ),
      ),
      refuses(dialect, 'the version of the other issuer', 'token_claim_invalid', {
        claims: { ver: isV1 ? '2.0' : '1.0' },
      }),
      refuses(dialect, 'roles that are no list', 'token_claim_invalid', { claims: { roles: 'admin' } }),
      refuses(
        dialect,
        'an App ID URI with a slash too many, and tells operators',
        'token_audience_mismatch',
        { claims: { aud: `${apiUri}/` } },
        tells('mind the slash at the end'),
      ),
      refuses(
        dialect,
        'another aud, and tells operators how tokens name an API',
        'token_audience_mismatch',
        { claims: { aud: 'api://another' } },
        tells('v2.0 tokens always name the client id of the API'),
      ),
      refuses(
        dialect,
        'a token of another tenant, and tells operators',
        'token_issuer_untrusted',
        { claims: { iss: payload.iss.replace(tenant, anotherTenant), tid: anotherTenant } },
        tells('it is of a tenant that is not configured'),
      ),
      ...['{tenantid}', 'common', 'organizations'].map((name) =>
        refuses(
          dialect,
          `the template of /common with ${name}, and tells operators`,
          'token_issuer_untrusted',
          { claims: { iss: `https://login.microsoftonline.com/${name}/v2.0` } },
          tells('iss is the template in the metadata of /common'),
        ),
      ),
      refuses(
        dialect,
        'an ID token of the API, and tells operators',
        'token_claim_missing',
        { claims: { aud: apiId, [client]: undefined, idtyp: undefined, roles: undefined, name: 'A' } },
        tells('it looks like an ID token'),
      ),
      refuses(
        dialect,
        'an ID token with a nonce, and tells operators',
        'token_type_unexpected',
        { claims: { aud: apiId, nonce: 'n-0S6_WzA2Mj' } },
        tells('it looks like an ID token'),
      ),
    ]
  }),
  trusting(),
)
