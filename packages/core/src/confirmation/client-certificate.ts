import type { BlockList } from 'node:net'
import { checkOptionNames, misconfigured } from '../configuration.js'
import { sha256 } from '../jws/sha256.js'
import { Rejection } from '../rejection.js'
import type { ResourceRequest } from '../request/resource-request.js'
import { type CertificateFormat, certificateFormats, certificateHash } from './certificate-formats.js'
import { isTrustedProxy, readProxies } from './trusted-proxies.js'

/**
 * Where the client's certificate comes from, for tokens that are bound to one (RFC 8705 §3). There is one source, and no other is
 * asked when it has none.
 *
 * `'socket'`: the TLS connection, which ends in this process. An object: a header field from a proxy that ends TLS, and that must
 * remove the field from what its clients send (RFC 9440 §4).
 */
export type CertificateOption = 'socket' | CertificateHeaderOptions

/** A header field in which a proxy hands the client's certificate on. */
export interface CertificateHeaderOptions {
  /** The name of the header field. */
  readonly header: string
  /**
   * How the certificate is written: `rfc9440` (`Client-Cert`), `nginx` (`$ssl_client_escaped_cert`) or `envoy`
   * (`x-forwarded-client-cert`, with its `Cert` or its `Hash`).
   */
  readonly format: CertificateFormat
  /** The addresses of the proxies, as this process sees them, or ranges such as `10.0.0.0/8`. No other peer is believed. */
  readonly proxies: readonly string[]
}

/** A {@link CertificateOption}, read. */
export type CertificatePolicy =
  | 'socket'
  | { readonly header: string; readonly format: CertificateFormat; readonly proxies: BlockList }

const fieldName = /^[\w!#$%&'*+\-.^`|~]+$/

/** @throws TypeError */
export function readCertificateOption(option: string, given: CertificateOption): CertificatePolicy {
  if (given === 'socket') return given
  if (typeof given !== 'object' || given === null) {
    throw misconfigured(option, "'socket' or { header, format, proxies }", given)
  }
  checkOptionNames(option, given, ['header', 'format', 'proxies'])
  const { header, format, proxies } = given
  if (typeof header !== 'string' || !fieldName.test(header)) {
    throw misconfigured(`${option}.header`, 'the name of a header field', header)
  }
  if (!certificateFormats.includes(format)) {
    throw misconfigured(`${option}.format`, certificateFormats.join(', '), format)
  }
  return { header: header.toLowerCase(), format, proxies: readProxies(`${option}.proxies`, proxies) }
}

/**
 * The client's certificate is the one that the token is bound to: RFC 8705 §3.
 *
 * @param expected - the value of `x5t#S256`
 * @throws Rejection certificate_missing, certificate_mismatch, confirmation_unsupported
 */
export function confirmCertificate(
  expected: string,
  request: ResourceRequest,
  policy: CertificatePolicy | undefined,
): void {
  if (!policy) {
    throw new Rejection(
      'confirmation_unsupported',
      'the token is bound to a client certificate; say where it comes from with protectedResource({ certificate })',
    )
  }
  const presented = policy === 'socket' ? hashOnSocket(request) : hashInHeader(request, policy)
  if (presented === expected) return
  throw new Rejection(
    'certificate_mismatch',
    'the client certificate is not the one that x5t#S256 in cnf names',
  )
}

function hashOnSocket({ certificate }: ResourceRequest): string {
  if (certificate) return sha256(certificate)
  throw missing('the connection has none: is this TLS, with requestCert? Does fromFetch() get it?')
}

function hashInHeader(request: ResourceRequest, policy: Exclude<CertificatePolicy, 'socket'>): string {
  const { peerAddress = 'an unknown address (a Unix socket, or fromFetch() without peerAddress)' } = request
  if (!isTrustedProxy(request.peerAddress, policy.proxies)) {
    throw missing(`the request comes from ${peerAddress}, which is not among the proxies`)
  }
  const [field, ...more] = request.header(policy.header)
  if (field === undefined) throw missing(`no field ${policy.header}`)
  if (more.length > 0) throw missing(`${more.length + 1} fields ${policy.header}, expected one`)
  const found = certificateHash(field, policy.format)
  if (found !== undefined) return found
  throw missing(`the field ${policy.header} is not one certificate in the format ${policy.format}`)
}

function missing(reason: string): Rejection {
  return new Rejection('certificate_missing', `client certificate: ${reason}`)
}
