import { both, withoutBody } from './answers.js'
import { contract, other, passes, type Row } from './contract.js'
import type { Exchange } from './exchange.js'
import { proven } from './requests.js'
import { prefixed } from './servers/prefixed.js'

const options = { dpop: {} }
const everything = { scope: 'accounts:read accounts:write' }
const [otherMethod, otherTarget] = [both.dpop('proof_method_mismatch'), both.dpop('proof_target_mismatch')]

/** The request, with a proof for what is given here. */
function provenFor(proof: { method?: string; url?: string }, request: Exchange): Row['request'] {
  return proven({ token: everything, proof }, request)
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const overrides = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']

contract(
  'D. The method that a proof is for (RFC 9449 §4.3, RFC 9110 §9.1)',
  [
    ...methods.flatMap((method): Row[] => [
      {
        name: `lets in a proof for ${method} with ${method} (DPOP-12)`,
        request: proven({ token: everything }, { method, target: '/all-methods' }),
        answer: method === 'HEAD' ? other(200, 1) : passes({ scheme: 'DPoP' }),
      },
      ...methods
        .filter((another) => another !== method)
        .map((another) => ({
          name: `refuses a proof for ${another} with ${method} (DPOP-12)`,
          request: provenFor({ method: another }, { method, target: '/all-methods' }),
          answer: method === 'HEAD' ? withoutBody(otherMethod) : otherMethod,
        })),
    ]),
    ...overrides.flatMap((name): Row[] => [
      {
        name: `refuses a proof for POST with GET, though ${name} says POST (DPOP-12)`,
        request: provenFor({ method: 'POST' }, { target: '/all-methods', headers: [[name, 'POST']] }),
        answer: otherMethod,
      },
      {
        name: `lets in a proof for GET with GET, though ${name} says POST (DPOP-12)`,
        request: provenFor({}, { target: '/all-methods', headers: [[name, 'POST']] }),
        answer: passes(),
      },
    ]),
    {
      name: 'refuses a proof for POST with GET, though the query says POST (DPOP-12)',
      request: provenFor({ method: 'POST' }, { target: '/all-methods?_method=POST' }),
      answer: otherMethod,
    },
    {
      name: 'lets in a proof for HEAD where a route answers GET (DPOP-12)',
      request: proven({ token: everything }, { method: 'HEAD', target: '/read' }),
      answer: other(200, 1),
    },
    {
      name: 'refuses a proof for GET with HEAD where a route answers GET (DPOP-12)',
      request: provenFor({ method: 'GET' }, { method: 'HEAD', target: '/read' }),
      answer: withoutBody(otherMethod),
    },
  ],
  { options },
)

const api = 'https://api.example.com'

/** Targets of requests, and what a client may write into its proof for them; or must not. */
const targets: readonly (readonly [
  rule: string,
  target: string,
  good: readonly string[],
  bad: readonly string[],
])[] = [
  ['DPOP-13', '/any?a=1&b=%2F', [`${api}/any`, `${api}/any?x`, `${api}/any#y`], [`${api}/any%3Fa=1`]],
  ['DPOP-13', '/any?', [`${api}/any`, `${api}/any?`], [`${api}/any/`]],
  ['DPOP-13', '/any?next=https://evil.example/', [`${api}/any`], ['https://evil.example/']],
  ['DPOP-13', '/any?/../x', [`${api}/any`], [`${api}/x`]],
  [
    'DPOP-14',
    '/files/%7euser',
    [`${api}/files/~user`, `${api}/files/%7Euser`, 'HTTPS://API.Example.COM/files/~user'],
    [`${api}/files/~User`],
  ],
  [
    'DPOP-14',
    '/files/~user',
    [`${api}/files/%7euser`, `${api}/a/../files/./~user`],
    [`${api}/files/%257euser`],
  ],
  ['DPOP-14', '/files/a%2fb', [`${api}/files/a%2Fb`, `${api}/files/a%2fb`], [`${api}/files/a/b`]],
  ['DPOP-14', '/files/%C3%A5', [`${api}/files/%c3%a5`], [`${api}/files/å`, `${api}/files/a`]],
  ['DPOP-15', '/any', [`${api}:443/any`, `${api}:/any`], [`${api}:8443/any`, 'http://api.example.com/any']],
  ['DPOP-16', '/files/A', [`${api}/files/A`], [`${api}/files/a`, `${api}/Files/A`]],
  ['DPOP-16', '/files/a/', [`${api}/files/a/`], [`${api}/files/a`]],
  ['DPOP-16', '/files/a', [`${api}/files/a`], [`${api}/files/a/`, `${api}/files//a`, `${api}/files%2Fa`]],
  ['DPOP-16', '/files/a;v=1', [`${api}/files/a;v=1`], [`${api}/files/a`, `${api}/files/a%3Bv=1`]],
  ['DPOP-16', '/files/...', [`${api}/files/...`], [`${api}/files/`]],
  ['DPOP-19', '/mounted/read', [`${api}/mounted/read`], [`${api}/read`, `${api}/mounted`]],
  ['DPOP-19', '/mounted/write', [`${api}/mounted/write`], [`${api}/write`]],
  ['DPOP-19', '/mounted', [`${api}/mounted`], [`${api}/mounted/`, `${api}/`, api]],
]

contract(
  'D. The URI that a proof is for (RFC 9449 §4.3, RFC 3986 §6.2)',
  targets.flatMap(([rule, target, good, bad]) => [
    ...good.map((url) => matching(rule, target, url)),
    ...bad.map((url) => differing(rule, target, url)),
  ]),
  { options },
)

contract(
  'D. The URI that a proof is for, below prefixes and versions',
  [
    matching('DPOP-19', '/api/v1/read', `${api}/api/v1/read`),
    matching('DPOP-19', '/api/v1/read?api=/v2', `${api}/api/v1/read`),
    ...['/read', '/v1/read', '/api/read', '/api/v1', '/api/v2/read', '/v1/api/read', '/', ''].map((path) =>
      differing('DPOP-19', '/api/v1/read', api + path),
    ),
  ],
  { options, set: prefixed },
)

const gateway = 'https://gateway.example/accounts-api'

contract(
  'D. The URI that a proof is for, where the API has several public URLs',
  [
    ...[api, gateway, 'http://127.0.0.1:8080'].flatMap((url) => [
      matching('DPOP-18', '/any', `${url}/any`),
      matching('DPOP-18', '/mounted/read', `${url}/mounted/read`),
    ]),
    matching('DPOP-18', '/any', 'HTTPS://Gateway.Example:443/accounts%2Dapi/any'),
    ...[
      'https://gateway.example/any',
      'https://gateway.example/Accounts-Api/any',
      `${gateway}any`,
      `${gateway}//any`,
      `${gateway}/accounts-api/any`,
      `${gateway}/../any`,
      `${api}/accounts-api/any`,
      'http://127.0.0.1/any',
      'http://localhost:8080/any',
    ].map((url) => differing('DPOP-18', '/any', url)),
    differing('DPOP-18', '/accounts-api/any', `${gateway}/any`, other(404)),
  ],
  { options: { ...options, publicUrls: [api, `${gateway}/`, 'http://127.0.0.1:8080/'] } },
)

contract(
  'D. The URI that a proof is for, where the resource itself is not a public URL',
  [
    matching('DPOP-18', '/any', `${gateway}/any`),
    differing('DPOP-18', '/any', `${api}/any`),
    differing('DPOP-18', '/any', `${api}/accounts-api/any`),
  ],
  { options: { ...options, publicUrls: [gateway] } },
)

function matching(rule: string, target: string, url: string): Row {
  return {
    name: `lets in ${target} with a proof for ${url} (${rule})`,
    request: proven({ token: everything, proof: { claims: { htu: url } } }, { target }),
    answer: passes({ scheme: 'DPoP' }),
  }
}

function differing(rule: string, target: string, url: string, answer: Row['answer'] = otherTarget): Row {
  return {
    name: `refuses ${target} with a proof for ${url} (${rule})`,
    request: proven({ token: everything, proof: { claims: { htu: url } } }, { target }),
    answer,
  }
}
