import { refusal } from '../answers.js'
import { contract, passes, type Row } from '../contract.js'
import type { Exchange } from '../exchange.js'
import { minted } from '../requests.js'
import { type HeaderFormat, headerFormats } from './header-formats.js'
import { clients } from './identities.js'
import { overTls, secureServers } from './over-tls.js'

const { selfSigned, thief } = clients
const confirmation = { 'x5t#S256': selfSigned.hash }
const missing = refusal('certificate_missing')
const mismatch = refusal('certificate_mismatch')

type Fields = NonNullable<Exchange['headers']>

/** A request with the token of the self-signed client, and with these fields. */
const sending = (headers: Fields, request: Exchange = {}) =>
  minted({ claims: { cnf: confirmation } }, { ...request, headers })

const forged: Fields = [
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Forwarded-For', '10.0.0.1, 127.0.0.1'],
  ['Forwarded', 'for=127.0.0.1;by=127.0.0.1'],
  ['X-Real-IP', '127.0.0.1'],
  ['X-Client-IP', '127.0.0.1'],
]

for (const format of Object.keys(headerFormats) as HeaderFormat[]) {
  const { header, write } = headerFormats[format]
  const good = write(selfSigned)
  const field = (value: string) => [header, value] as const
  const certificate = (...proxies: string[]) => ({ header, format, proxies })

  const refused: Record<string, Fields> = {
    'no field': [],
    'an empty field': [field('')],
    'one field twice': [field(good), field(good)],
    'two fields, the wrong one first': [field(write(thief)), field(good)],
    'two fields, the right one first': [field(good), field(write(thief))],
    'two fields whose names differ in case': [field(good), [header.toUpperCase(), write(thief)]],
    'an empty field before the right one': [field(''), field(good)],
    'two certificates in one field': [field(`${good}, ${good}`)],
    'two certificates in one field, without a space': [field(`${write(thief)},${good}`)],
    'the name with an underscore': [[header.replaceAll('-', '_'), good]],
    'the name of a trailer': [['Trailer', header]],
    'bad base64': [field(good.replace('MII', 'M!I'))],
    'the hash alone': [field(selfSigned.hash)],
    'the format of another proxy': [
      field(
        format === 'rfc9440'
          ? headerFormats.nginx.write(selfSigned)
          : headerFormats.rfc9440.write(selfSigned),
      ),
    ],
    '64 KB': [field(good + 'A'.repeat(65_536))],
    'bytes beyond ASCII': [field(`${good}\u00e9\u00ff`)],
  }

  const behindProxy: readonly Row[] = [
    {
      name: `lets in the right certificate (MTLS-01, MTLS-06)`,
      request: sending([field(good)]),
      answer: passes({ scheme: 'Bearer', confirmation }),
    },
    {
      name: `finds the field whatever the case of its name (MTLS-06)`,
      request: sending([[header.toUpperCase(), good]]),
      answer: passes({ confirmation }),
    },
    {
      name: 'lets in the right certificate with whitespace around it, which HTTP takes off (MTLS-06)',
      request: sending([field(` \t${good}\t `)]),
      answer: passes({ confirmation }),
    },
    {
      name: 'lets in the right certificate on POST (MTLS-06)',
      request: sending([field(good)], { method: 'POST' }),
      answer: passes({ confirmation }),
    },
    {
      name: `refuses another certificate (MTLS-02, MTLS-06)`,
      request: sending([field(write(thief))]),
      answer: mismatch,
    },
    {
      name: 'takes no notice of where forwarding fields say that the request comes from (MTLS-06)',
      request: sending([['X-Forwarded-For', '192.0.2.1'], ['Forwarded', 'for=192.0.2.1'], field(good)]),
      answer: passes({ confirmation }),
    },
    ...Object.entries(refused).map(
      ([what, headers]): Row => ({
        name: `refuses ${what} (MTLS-06)`,
        request: sending(headers),
        answer: missing,
      }),
    ),
    {
      name: 'refuses no field where a token is optional (MTLS-06)',
      request: sending([], { target: '/optional' }),
      answer: missing,
    },
    {
      name: 'refuses a field among the trailers (MTLS-06)',
      request: minted(
        { claims: { cnf: confirmation } },
        {
          method: 'POST',
          headers: [
            ['Transfer-Encoding', 'chunked'],
            ['Content-Type', 'application/x-www-form-urlencoded'],
            ['Trailer', header],
            // Sent as it is: the head ends here, and the field comes after the last chunk.
            ['Accept', `*/*\r\n\r\n0\r\n${header}: ${good}`],
          ],
        },
      ),
      answer: missing,
    },
  ]

  contract(`A client certificate in a header field from a trusted proxy, format ${format}`, behindProxy, {
    options: { certificate: certificate('127.0.0.1', '::1') },
  })

  contract(
    `A client certificate in a header field from a proxy in a trusted range, format ${format}`,
    [
      {
        name: 'lets in the right certificate (MTLS-01, MTLS-06)',
        request: sending([field(good)]),
        answer: passes({ confirmation }),
      },
    ],
    { options: { certificate: certificate('10.0.0.0/8', '127.0.0.0/8') } },
  )

  contract(
    `A client certificate in a header field from whoever is no trusted proxy, format ${format}`,
    [
      {
        name: 'refuses the right certificate (MTLS-06)',
        request: sending([field(good)]),
        answer: missing,
      },
      {
        name: 'refuses the right certificate, whatever forwarding fields say (MTLS-06)',
        request: sending([...forged, field(good)]),
        answer: missing,
      },
      {
        name: 'refuses the right certificate where a token is optional (MTLS-06)',
        request: sending([field(good)], { target: '/optional' }),
        answer: missing,
      },
      {
        name: 'lets in a token that is bound to nothing (MTLS-06)',
        request: minted({}, { headers: [field(good)] }),
        answer: passes({ subject: 'test-client' }),
      },
    ],
    { options: { certificate: certificate('10.0.0.0/8', '::1', '2001:db8::/32') } },
  )

  contract(
    `A client certificate in a header field and another on the socket, format ${format}`,
    [
      {
        name: 'does not fall back to the socket when there is no field (MTLS-06)',
        open: overTls(selfSigned),
        request: sending([]),
        answer: missing,
      },
      {
        name: 'does not fall back to the socket when the field is empty (MTLS-06)',
        open: overTls(selfSigned),
        request: sending([field('')]),
        answer: missing,
      },
      {
        name: 'does not fall back to the socket when the field has another certificate (MTLS-02, MTLS-06)',
        open: overTls(selfSigned),
        request: sending([field(write(thief))]),
        answer: mismatch,
      },
      {
        name: 'takes that of the client, not that of the proxy (MTLS-01, MTLS-06)',
        open: overTls(thief),
        request: sending([field(good)]),
        answer: passes({ confirmation }),
      },
    ],
    { set: secureServers, options: { certificate: certificate('127.0.0.1') } },
  )

  contract(
    `A client certificate in a header field where the socket is the source, format ${format}`,
    [
      {
        name: 'is not looked at when the client has none (MTLS-06)',
        open: overTls(),
        request: sending([field(good)]),
        answer: missing,
      },
      {
        name: 'is not looked at when the client has another (MTLS-06)',
        open: overTls(thief),
        request: sending([...forged, field(good)]),
        answer: mismatch,
      },
      {
        name: 'does not get in the way of the right one (MTLS-01, MTLS-06)',
        open: overTls(selfSigned),
        request: sending([field(write(thief)), field(write(thief))]),
        answer: passes({ confirmation }),
      },
    ],
    { set: secureServers, options: { certificate: 'socket' } },
  )
}
