import { jwtIssuer } from '@portcullis/core'
import type { AuthorizationServerOptions } from '@portcullis/testing'
import { describe, expect, it } from 'vitest'
import { unavailable } from './answers.js'
import { type Expected, passes } from './contract.js'
import { mint } from './published-keys.js'
import { type Story, stories } from './stories.js'

const oauth = '/.well-known/oauth-authorization-server'
const openid = '/.well-known/openid-configuration'

/** Where an issuer is asked, in this order: RFC 8414 §3.1, then OpenID Connect Discovery 1.0 §4. */
const places: readonly (readonly [
  name: string,
  server: AuthorizationServerOptions,
  asked: readonly string[],
])[] = [
  ['both forms', {}, [oauth]],
  ['RFC 8414 alone', { metadata: 'oauth' }, [oauth]],
  ['OpenID Connect alone', { metadata: 'openid' }, [oauth, openid]],
  ['RFC 8414 and a slash', { metadata: 'oauth', trailingSlash: true }, [oauth]],
  ['OpenID Connect and a slash', { metadata: 'openid', trailingSlash: true }, [oauth, openid]],
  ['RFC 8414 and a path', { metadata: 'oauth', path: '/t1' }, [`${oauth}/t1`]],
  ['OpenID Connect and a path', { metadata: 'openid', path: '/t1' }, [`${oauth}/t1`, `/t1${openid}`]],
  [
    'RFC 8414, a path and a slash',
    { metadata: 'oauth', path: '/a/b', trailingSlash: true },
    [`${oauth}/a/b`],
  ],
  [
    'OpenID Connect, a path and a slash',
    { metadata: 'openid', path: '/a/b', trailingSlash: true },
    [`${oauth}/a/b`, `/a/b${openid}`],
  ],
]

const https = 'https://as.example.com'
const refused = unavailable('metadata_unavailable')

/** What an issuer's metadata says, and whether its keys are used then. */
type Document = readonly [name: string, document: unknown, answer: Expected]

/** Keys are published wherever the metadata points: what is let in has followed it. */
const ofHttps: readonly Document[] = [
  ['jwks_uri on its host', { issuer: https, jwks_uri: `${https}/jwks` }, passes({ issuer: https })],
  ['jwks_uri on another host', { issuer: https, jwks_uri: 'https://keys.example.net/jwks' }, passes()],
  ['jwks_uri over http', { issuer: https, jwks_uri: 'http://as.example.com/jwks' }, refused],
  ['jwks_uri over http in upper case', { issuer: https, jwks_uri: 'HTTP://AS.EXAMPLE.COM/jwks' }, refused],
  ['jwks_uri over http on loopback', { issuer: https, jwks_uri: 'http://127.0.0.1/jwks' }, refused],
  ['jwks_uri over http on localhost', { issuer: https, jwks_uri: 'http://localhost/jwks' }, refused],
  ['jwks_uri in a file', { issuer: https, jwks_uri: 'file:///etc/keys.json' }, refused],
  ['jwks_uri in itself', { issuer: https, jwks_uri: 'data:application/json,{"keys":[]}' }, refused],
  ['jwks_uri without a host', { issuer: https, jwks_uri: '/jwks' }, refused],
  ['jwks_uri without a scheme', { issuer: https, jwks_uri: '//as.example.com/jwks' }, refused],
  ['jwks_uri empty', { issuer: https, jwks_uri: '' }, refused],
  ['jwks_uri null', { issuer: https, jwks_uri: null }, refused],
  ['jwks_uri in a list', { issuer: https, jwks_uri: [`${https}/jwks`] }, refused],
  ['no jwks_uri', { issuer: https }, refused],
  ['another issuer', { issuer: 'https://evil.example', jwks_uri: `${https}/jwks` }, refused],
  ['an issuer with a slash', { issuer: `${https}/`, jwks_uri: `${https}/jwks` }, refused],
  ['an issuer in upper case', { issuer: 'https://AS.example.com', jwks_uri: `${https}/jwks` }, refused],
  ['an issuer with a port', { issuer: `${https}:443`, jwks_uri: `${https}/jwks` }, refused],
  ['an issuer in a list', { issuer: [https], jwks_uri: `${https}/jwks` }, refused],
  ['no issuer', { jwks_uri: `${https}/jwks` }, refused],
  ['a list', [{ issuer: https, jwks_uri: `${https}/jwks` }], refused],
  ['null', null, refused],
]

const loopback = 'http://127.0.0.1:9'

const ofLoopback: readonly Document[] = [
  ['jwks_uri on its host', { issuer: loopback, jwks_uri: `${loopback}/jwks` }, passes({ issuer: loopback })],
  ['jwks_uri over https', { issuer: loopback, jwks_uri: 'https://as.example.com/jwks' }, passes()],
  ['jwks_uri over http elsewhere', { issuer: loopback, jwks_uri: 'http://as.example.com/jwks' }, refused],
  [
    'jwks_uri on a host like loopback',
    { issuer: loopback, jwks_uri: 'http://127.0.0.1.example/jwks' },
    refused,
  ],
  [
    'jwks_uri with loopback as user',
    { issuer: loopback, jwks_uri: 'http://127.0.0.1@evil.example/' },
    refused,
  ],
]

stories('Where the keys of an issuer are (RFC 8414, OpenID Connect Discovery)', [
  ...places.map(
    ([name, main, asked]): Story => ({
      name: `finds the keys of an issuer with ${name} (META-02)`,
      servers: { main },
      steps: [
        mint(
          { audience: 'https://api.example.com' },
          {
            answer: ({ main: { issuer } }) => passes({ issuer }),
            also: ({ main: { requests } }) =>
              expect(requests.map(({ path }) => path)).toEqual([...asked, '/jwks']),
          },
        ),
      ],
    }),
  ),
  ...ofHttps.map((document) => whoseMetadataIs('an issuer on https', https, document)),
  ...ofLoopback.map((document) => whoseMetadataIs('an issuer on loopback', loopback, document)),
  {
    name: 'uses no document of another issuer, and asks for no keys then (META-01)',
    before: ({ main }) => main.fail('wrong-issuer'),
    steps: [mint({}, { answer: refused, also: ({ main }) => expect(main.count('jwks')).toBe(0) })],
  },
  {
    name: 'asks the metadata again when the keys are no longer where they were (META-06)',
    issuers: ({ main }) => {
      let place = `${https}/old`
      const network = (url: string) => {
        if (url === `${https}/new`) return Response.json(main.jwks)
        if (!url.includes('well-known')) return new Response(null, { status: 404 })
        const metadata = Response.json({ issuer: https, jwks_uri: place })
        place = `${https}/new`
        return metadata
      }
      return [jwtIssuer({ issuer: https, http: { fetch: fetchFrom(network) } })]
    },
    steps: [
      mint({ claims: { iss: https } }, { answer: unavailable('keys_unavailable') }),
      mint(
        { claims: { iss: https } },
        { before: ({ clock }) => clock.advance(1), answer: passes({ issuer: https }) },
      ),
    ],
  },
])

describe('An issuer or a key set in the configuration', () => {
  const urls = [
    'http://as.example.com',
    'http://127.0.0.1.example',
    'http://0.0.0.0',
    'ftp://as.example.com',
    '//as',
    '',
  ]
  for (const url of urls) {
    it(`cannot be at ${JSON.stringify(url)} (JOSE-32)`, () => {
      expect(() => jwtIssuer({ issuer: url })).toThrow(TypeError)
      expect(() => jwtIssuer({ issuer: https, jwksUri: url })).toThrow(TypeError)
    })
  }
})

/** The keys are those of the main authorization server, wherever they are asked for. */
function whoseMetadataIs(what: string, issuer: string, [name, document, answer]: Document): Story {
  return {
    name: `${'passes' in answer ? 'uses' : 'does not use'} the metadata of ${what} with ${name} (META-01, META-03)`,
    issuers: ({ main }) => {
      const network = (url: string) => Response.json(url.includes('well-known') ? document : main.jwks)
      return [jwtIssuer({ issuer, http: { fetch: fetchFrom(network) } })]
    },
    steps: [mint({ claims: { iss: issuer } }, { answer })],
  }
}

/** A `fetch` that reaches this network and no other. Nobody may leave redirects to it. */
function fetchFrom(network: (url: string) => Response): typeof fetch {
  return async (url, { redirect } = {}) => {
    expect([typeof url, redirect]).toEqual(['string', 'manual'])
    return network(url as string)
  }
}
