import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  certificateOfRfc8705,
  certificateOfRfc9440,
  escapedPemOf,
  hexOf,
} from '../../test-support/certificates.js'
import { rejection, thrownBy } from '../../test-support/refusal.js'
import type { Rejection } from '../rejection.js'
import type { ResourceRequest } from '../request/resource-request.js'
import { certificateFormats } from './certificate-formats.js'
import { type CertificateOption, confirmCertificate, readCertificateOption } from './client-certificate.js'

const a = certificateOfRfc8705
const b = certificateOfRfc9440
const der = (certificate: { readonly base64: string }) => Buffer.from(certificate.base64, 'base64')
const peerAddress = '10.0.0.1'

const read = (given: unknown) =>
  readCertificateOption('protectedResource.certificate', given as CertificateOption)
const fromSocket = read('socket')
const fromHeader = read({ header: 'Client-Cert', format: 'rfc9440', proxies: ['10.0.0.0/8'] })

function received(
  parts: Omit<Partial<ResourceRequest>, 'header'> = {},
  fields: Readonly<Record<string, readonly string[]>> = {},
): ResourceRequest {
  return { method: 'GET', target: '/', header: (name) => fields[name] ?? [], raw: {}, ...parts }
}

const withField = (...lines: string[]) => received({ peerAddress }, { 'client-cert': lines })
const refusalOf = (...given: Parameters<typeof confirmCertificate>) =>
  thrownBy(() => confirmCertificate(...given)) as Rejection

describe('the certificate on the socket', () => {
  test('passes when the token is bound to it: base64url of the SHA-256 of its DER (MTLS-01, MTLS-03)', () => {
    expect(() => confirmCertificate(a.hash, received({ certificate: der(a) }), fromSocket)).not.toThrow()
  })

  test('may come as any bytes (MTLS-01)', () => {
    const certificate = new Uint8Array(der(a))
    expect(() => confirmCertificate(a.hash, received({ certificate }), fromSocket)).not.toThrow()
  })

  test('is refused when the token is bound to another (MTLS-02)', () => {
    const request = received({ certificate: der(b) })
    expect(refusalOf(a.hash, request, fromSocket)).toEqual(rejection('certificate_mismatch'))
  })

  test.each([
    ['padding', `${a.hash}=`],
    ['hexadecimal', hexOf(a)],
    ['base64', Buffer.from(a.hash, 'base64url').toString('base64')],
    ['an end that is not canonical', a.hash.replace(/0$/, '1')],
    ['other case', a.hash.toLowerCase()],
    ['whitespace', `${a.hash} `],
    ['the SHA-1', 'T8Qp8fPmVYqb9iHyzQUaAbxBedY'],
  ])('is refused when the token names it with %s (MTLS-03)', (_, expected) => {
    const request = received({ certificate: der(a) })
    expect(refusalOf(expected, request, fromSocket)).toEqual(rejection('certificate_mismatch'))
  })

  test('is missed when there is none (MTLS-02)', () => {
    expect(refusalOf(a.hash, received(), fromSocket)).toEqual(rejection('certificate_missing'))
  })

  test('is missed when a header field brings one (MTLS-06)', () => {
    expect(refusalOf(a.hash, withField(`:${a.base64}:`), fromSocket)).toEqual(
      rejection('certificate_missing'),
    )
  })
})

describe('the certificate in a header field', () => {
  test.each([
    ['rfc9440', 'Client-Cert', `:${a.base64}:`],
    ['nginx', 'X-SSL-Client-Cert', escapedPemOf(a)],
    ['envoy', 'x-forwarded-client-cert', `By=a;Hash=${hexOf(a)};Cert="${escapedPemOf(a)}"`],
  ])('passes in the format %s (MTLS-01, MTLS-06)', (format, header, field) => {
    const request = received({ peerAddress }, { [header.toLowerCase()]: [field] })
    const policy = read({ header, format, proxies: ['10.0.0.0/8'] })
    expect(() => confirmCertificate(a.hash, request, policy)).not.toThrow()
    expect(refusalOf(b.hash, request, policy)).toEqual(rejection('certificate_mismatch'))
  })

  test.each([
    ['an address that is not listed', '192.0.2.1', 'the request comes from 192.0.2.1, which'],
    ['nowhere, as on a Unix socket', undefined, 'the request comes from an unknown address (a Unix socket'],
  ])('is missed when it comes from %s (MTLS-06)', (_, peerAddress, reason) => {
    const request = received({ peerAddress }, { 'client-cert': [`:${a.base64}:`] })
    const refusal = refusalOf(a.hash, request, fromHeader)
    expect(refusal).toEqual(rejection('certificate_missing'))
    expect(refusal.message).toContain(reason)
  })

  test('is missed when X-Forwarded-For says that it comes from a proxy (MTLS-06)', () => {
    const fields = { 'client-cert': [`:${a.base64}:`], 'x-forwarded-for': [peerAddress] }
    const request = received({ peerAddress: '192.0.2.1' }, fields)
    expect(refusalOf(a.hash, request, fromHeader)).toEqual(rejection('certificate_missing'))
  })

  test.each([
    ['no field', [], 'no field client-cert'],
    ['two fields', [`:${a.base64}:`, `:${b.base64}:`], '2 fields client-cert, expected one'],
    ['one field twice', [`:${a.base64}:`, `:${a.base64}:`], '2 fields client-cert, expected one'],
    ['an empty field and a good one', ['', `:${a.base64}:`], '2 fields client-cert, expected one'],
    ['two fields in one line', [`:${a.base64}:, :${a.base64}:`], 'not one certificate in the format rfc9440'],
    ['an empty field', [''], 'not one certificate in the format rfc9440'],
    ['another format', [escapedPemOf(a)], 'not one certificate in the format rfc9440'],
  ])('is missed with %s (MTLS-06)', (_, lines, reason) => {
    const refusal = refusalOf(a.hash, withField(...lines), fromHeader)
    expect(refusal).toEqual(rejection('certificate_missing'))
    expect(refusal.message).toContain(reason)
    expect(refusal.message).not.toContain(a.base64.slice(0, 20))
  })

  test('is missed when only the socket has one: there is no fall-back (MTLS-06)', () => {
    const request = received({ peerAddress, certificate: der(a) })
    expect(refusalOf(a.hash, request, fromHeader)).toEqual(rejection('certificate_missing'))
  })

  test('counts, and not the one on the socket, which is that of the proxy (MTLS-06)', () => {
    const request = received({ peerAddress, certificate: der(b) }, { 'client-cert': [`:${a.base64}:`] })
    expect(() => confirmCertificate(a.hash, request, fromHeader)).not.toThrow()
    expect(refusalOf(b.hash, request, fromHeader)).toEqual(rejection('certificate_mismatch'))
  })

  test('is looked for under no other name (MTLS-06)', () => {
    const fields = { client_cert: [`:${a.base64}:`], 'client-cert-chain': [`:${a.base64}:`] }
    const refusal = refusalOf(a.hash, received({ peerAddress }, fields), fromHeader)
    expect(refusal).toEqual(rejection('certificate_missing'))
  })

  test('never leads to anything but a refusal, whatever is in the fields (MTLS-06)', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(`:${b.base64}:`, escapedPemOf(b), '%', '"\\'),
    )
    const peer = fc.oneof(fc.constant(peerAddress), fc.string(), fc.ipV6(), fc.constant(undefined))
    const policies = certificateFormats.map((format) =>
      read({ header: 'c', format, proxies: ['10.0.0.0/8'] }),
    )
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 3 }),
        peer,
        fc.constantFrom(...policies),
        (lines, address, policy) => {
          const refusal = refusalOf(a.hash, received({ peerAddress: address }, { c: lines }), policy)
          expect(['certificate_missing', 'certificate_mismatch']).toContain(refusal.code)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

test('refuses a bound token where client certificates are not looked at (MTLS-02)', () => {
  const request = received({ peerAddress, certificate: der(a) }, { 'client-cert': [`:${a.base64}:`] })
  const refusal = refusalOf(a.hash, request, undefined)
  expect(refusal).toEqual(rejection('confirmation_unsupported'))
  expect(refusal.message).toContain('protectedResource({ certificate })')
})

describe('the option', () => {
  const good = { header: 'Client-Cert', format: 'rfc9440', proxies: ['10.0.0.1'] }

  test('is read, the name of the field in lower case (MTLS-06)', () => {
    expect(read('socket')).toBe('socket')
    expect(read(good)).toMatchObject({ header: 'client-cert', format: 'rfc9440' })
  })

  test.each([
    ['another text', 'header', ''],
    ['the name of a field', 'Client-Cert', ''],
    ['true', true, ''],
    ['null', null, ''],
    ['a list', [good], ''],
    ['a function', () => good, ''],
    ['a misspelt member', { ...good, proxy: ['10.0.0.1'] }, ''],
    ['a fall-back', { ...good, socket: true }, ''],
    ['no header', { format: 'rfc9440', proxies: ['10.0.0.1'] }, '.header'],
    ['an empty header', { ...good, header: '' }, '.header'],
    ['a header with a colon', { ...good, header: 'Client-Cert:' }, '.header'],
    ['a header with a space', { ...good, header: 'Client Cert' }, '.header'],
    ['a header with a line break', { ...good, header: 'Client-Cert\n' }, '.header'],
    ['a pseudo-header', { ...good, header: ':path' }, '.header'],
    ['several headers', { ...good, header: ['Client-Cert'] }, '.header'],
    ['no format', { header: 'Client-Cert', proxies: ['10.0.0.1'] }, '.format'],
    ['an unknown format', { ...good, format: 'haproxy' }, '.format'],
    ['a format in other case', { ...good, format: 'RFC9440' }, '.format'],
    ['a format that every object knows', { ...good, format: 'toString' }, '.format'],
    ['several formats', { ...good, format: ['rfc9440'] }, '.format'],
    ['no proxies', { header: 'Client-Cert', format: 'rfc9440' }, '.proxies'],
    ['an empty list of proxies', { ...good, proxies: [] }, '.proxies'],
    ['all proxies', { ...good, proxies: true }, '.proxies'],
    ['one proxy outside of a list', { ...good, proxies: '10.0.0.1' }, '.proxies'],
    ['every address as proxy', { ...good, proxies: ['0.0.0.0/0'] }, '.proxies'],
  ])('is a TypeError that names it with %s (MTLS-06)', (_, given, member) => {
    const error = thrownBy(() => read(given))
    expect(error).toBeInstanceOf(TypeError)
    expect((error as TypeError).message).toContain(`protectedResource.certificate${member}: `)
  })
})
