import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  certificateOfRfc8705,
  certificateOfRfc9440,
  escapedPemOf,
  hexOf,
  pemOf,
} from '../../test-support/certificates.js'
import { type CertificateFormat, certificateFormats, certificateHash } from './certificate-formats.js'

const a = certificateOfRfc8705
const b = certificateOfRfc9440
const escaped = escapedPemOf(a)
const byteSequence = `:${a.base64}:`

/** Node reads the certificate and hashes it by itself. */
const nodesHash = (base64: string) =>
  Buffer.from(
    new X509Certificate(Buffer.from(base64, 'base64')).fingerprint256.replaceAll(':', ''),
    'hex',
  ).toString('base64url')

test('names the formats that it reads', () => {
  expect(certificateFormats).toEqual(['rfc9440', 'nginx', 'envoy'])
})

test.each([
  ['RFC 8705, Appendix A', a],
  ['RFC 9440, Appendix A', b],
])(
  'gives the SHA-256 of the DER for the certificate of %s, whatever the format (MTLS-03)',
  (_, certificate) => {
    expect(certificateHash(`:${certificate.base64}:`, 'rfc9440')).toBe(certificate.hash)
    expect(certificateHash(escapedPemOf(certificate), 'nginx')).toBe(certificate.hash)
    expect(certificateHash(`Cert="${escapedPemOf(certificate)}"`, 'envoy')).toBe(certificate.hash)
    expect(certificateHash(`Hash=${hexOf(certificate)}`, 'envoy')).toBe(certificate.hash)
    expect(certificate.hash).toBe(nodesHash(certificate.base64))
  },
)

/** What no format is: nothing of it may be taken for a certificate. */
const inNoFormat: Record<string, string> = {
  'an empty field': '',
  whitespace: ' ',
  'the hash, as in the token': a.hash,
  'the hash as a byte sequence': `:${Buffer.from(a.hash, 'base64url').toString('base64')}:`,
  'base64 alone': a.base64,
  'PEM as it is': pemOf(a),
  'PEM with tabs, as $ssl_client_cert has it': pemOf(a).trimEnd().replaceAll('\n', '\n\t'),
  'PEM with spaces for newlines': pemOf(a).trimEnd().replaceAll('\n', ' '),
  'PEM in base64': Buffer.from(pemOf(a)).toString('base64'),
  'PEM as a byte sequence': `:${Buffer.from(pemOf(a)).toString('base64')}:`,
  'a text that Node once gave for a missing value': 'undefined',
  null: '(null)',
}

// What is not escaped is itself in the format of nginx; but no field of HTTP holds newlines.
describe.each([
  ['rfc9440', byteSequence],
  ['nginx', escaped],
  ['envoy', `Hash=${hexOf(a)}`],
  ['envoy', `Cert="${escaped}"`],
] satisfies [CertificateFormat, string][])('in the format %s', (format, good) => {
  test.each(
    Object.entries({
      ...inNoFormat,
      'two fields that were joined': `${good}, ${good}`,
      'two fields that were joined without a space': `${good},${good}`,
      'a field that was joined with an empty one': `${good}, `,
      'an empty field that was joined with a good one': `, ${good}`,
      'whitespace before it': ` ${good}`,
      'a tab after it': `${good}\t`,
      'a newline after it': `${good}\n`,
      'a NUL after it': `${good}\0`,
      quotes: `"${good}"`,
      'a parameter after it': `${good};a=b;c`,
      'more than 32 KB': `${good.slice(0, 20)}${'A'.repeat(65_536)}${good.slice(20)}`,
    }).filter(([name]) => format !== 'nginx' || name !== 'PEM as it is'),
  )('refuses %s (MTLS-06)', (_, field) => {
    expect(certificateHash(field, format)).toBeUndefined()
  })

  test('never throws, and finds no certificate in random text (MTLS-06)', () => {
    const pieces = fc.constantFrom(good, ':', '"', '\\', ';', ',', '=', '%', '%0A', 'Hash', 'Cert', '-----')
    const text = fc.array(fc.oneof(fc.string({ unit: 'binary' }), pieces)).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (field) => {
        const found = certificateHash(field, format)
        if (found !== undefined) expect([field.includes(good), found]).toEqual([true, a.hash])
      }),
      { numRuns: 1000 },
    )
  })

  test('gives nothing or another hash when one character is another (MTLS-02)', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, character) => {
        fc.pre(good[at]?.toLowerCase() !== character.toLowerCase())
        const field = good.slice(0, at) + character + good.slice(at + 1)
        expect(certificateHash(field, format)).not.toBe(a.hash)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('a byte sequence (RFC 9440 §2.1)', () => {
  test.each([
    ['no colons', a.base64],
    ['no colon before it', `${a.base64}:`],
    ['no colon after it', `:${a.base64}`],
    ['nothing between the colons', '::'],
    ['one colon', ':'],
    ['colons twice', `:${byteSequence}:`],
    ['no padding', `:${a.base64.replace(/=+$/, '')}:`],
    ['padding where none belongs', `:${a.base64}=:`],
    ['padding in the middle', `:${a.base64.slice(0, 8)}=${a.base64.slice(8)}:`],
    ['an end that is not canonical', `:${a.base64.replace('SY=', 'SZ=')}:`],
    ['base64url', `:${Buffer.from(b.base64, 'base64').toString('base64url')}:`],
    ['a line break in it', `:${a.base64.slice(0, 64)}\n${a.base64.slice(64)}:`],
    ['a space in it', `:${a.base64.slice(0, 64)} ${a.base64.slice(64)}:`],
    ['a list of one with an empty member', `${byteSequence},`],
    ['an inner list', `(${byteSequence})`],
    ['a parameter', `${byteSequence};a=1`],
    ['a parameter without a value', `${byteSequence};a`],
    ['a string', `"${a.base64}"`],
    ['percent-encoding', encodeURIComponent(byteSequence)],
    ['what is no DER sequence', `:${Buffer.from('certificate').toString('base64')}:`],
    ['the certificate in hexadecimal', `:${Buffer.from(a.base64, 'base64').toString('hex')}:`],
  ])('is not one with %s (MTLS-06)', (_, field) => {
    expect(certificateHash(field, 'rfc9440')).toBeUndefined()
  })

  test('is no other certificate when something stands after it in the bytes (MTLS-02)', () => {
    const longer = Buffer.concat([Buffer.from(a.base64, 'base64'), Buffer.from(b.base64, 'base64')])
    const found = certificateHash(`:${longer.toString('base64')}:`, 'rfc9440')
    expect([a.hash, b.hash]).not.toContain(found)
  })
})

describe('an escaped PEM (nginx, $ssl_client_escaped_cert)', () => {
  test('is as nginx writes it (MTLS-06)', () => {
    expect(escaped).toMatch(
      /^-----BEGIN%20CERTIFICATE-----%0AMIIBBjCBrAIBAjAK[\w%]*-----END%20CERTIFICATE-----%0A$/,
    )
    expect(escaped).toContain('%2F')
    expect(escaped).toContain('%2B')
    expect(escaped).toContain('%3D')
  })

  test.each([
    ['no newline at the end', escaped.replace(/%0A$/, '')],
    ['hexadecimal digits in lower case', escaped.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase())],
    [
      'characters of base64 as they are, as other proxies do',
      escaped.replaceAll(/%(2F|2B|3D)/g, decodeURIComponent),
    ],
    ['all in one line', escapedPemOf(a).replaceAll(/(?<=[\w%]{64})%0A(?!-)/g, '')],
  ])('may have %s (MTLS-06)', (_, field) => {
    expect(certificateHash(field, 'nginx')).toBe(a.hash)
  })

  const escape = (pem: string) => encodeURIComponent(pem)
  test.each([
    ['two certificates', escape(pemOf(a) + pemOf(b))],
    ['one certificate twice', escape(pemOf(a) + pemOf(a))],
    ['a second certificate behind text', escape(`${pemOf(a)}text\n${pemOf(b)}`)],
    [
      'a private key after it',
      escape(`${pemOf(a)}-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n`),
    ],
    ['text before it', escape(`Bag Attributes\n${pemOf(a)}`)],
    ['CRLF', escape(pemOf(a).replaceAll('\n', '\r\n'))],
    ['a newline too much', escape(`${pemOf(a)}\n`)],
    ['tabs', escape(pemOf(a).replaceAll('\n', '\n\t'))],
    ['plus signs for spaces', escaped.replaceAll('%20', '+')],
    ['another label', escaped.replaceAll('CERTIFICATE', 'X509%20CERTIFICATE')],
    ['the label of a request', escaped.replaceAll('CERTIFICATE', 'CERTIFICATE%20REQUEST')],
    ['headers', escaped.replace('MIIB', 'Proc-Type%3A%204%2CENCRYPTED%0A%0AMIIB')],
    ['no end', escaped.slice(0, escaped.indexOf('-----END'))],
    ['nothing in it', escape('-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n')],
    ['no padding', escaped.replace('%3D%0A---', '%0A---')],
    ['base64url', escaped.replaceAll('%2F', '_').replaceAll('%2B', '-')],
    ['a percent sign alone', `${escaped}%`],
    ['a code that is no hexadecimal', escaped.replace('%20', '%2X')],
    ['a code that is no UTF-8', escaped.replace('MIIB', '%FFMIIB')],
    ['a NUL in it', escaped.replace('MIIB', '%00MIIB')],
    ['two rounds of escapes', escape(escaped)],
  ])('is refused with %s (MTLS-06)', (_, field) => {
    expect(certificateHash(field, 'nginx')).toBeUndefined()
  })
})
