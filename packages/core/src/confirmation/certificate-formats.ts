import { sha256 } from '../jws/sha256.js'

/** How a proxy writes a client certificate into a header field. */
export type CertificateFormat = 'rfc9440' | 'nginx' | 'envoy'

const readers: Readonly<Record<CertificateFormat, (field: string) => string | undefined>> = {
  rfc9440: hashInByteSequence,
  nginx: hashInEscapedPem,
  envoy: hashInElement,
}

export const certificateFormats = Object.keys(readers) as readonly CertificateFormat[]

/** A chain of certificates, percent-encoded, may be that long; one certificate is far shorter. */
const maxCharacters = 32 * 1024

/** The SHA-256, in base64url, of the one certificate in a field. Undefined for another form, and for several certificates. */
export function certificateHash(field: string, format: CertificateFormat): string | undefined {
  return field.length > maxCharacters ? undefined : readers[format](field)
}

/** `:base64:`, RFC 9440 §2.1. */
function hashInByteSequence(field: string): string | undefined {
  const [, base64] = /^:([A-Za-z\d+/]+={0,2}):$/.exec(field) ?? []
  return hashOfBase64(base64)
}

/** nginx, `$ssl_client_escaped_cert`: PEM with a newline after it, in percent-encoding. */
function hashInEscapedPem(field: string): string | undefined {
  const [, base64 = ''] =
    /^-----BEGIN CERTIFICATE-----\n([A-Za-z\d+/=\n]+)\n-----END CERTIFICATE-----\n?$/.exec(
      unescaped(field),
    ) ?? []
  return hashOfBase64(base64.replaceAll('\n', ''))
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/** Canonical base64 of what begins like a certificate: a DER sequence. */
function hashOfBase64(base64: string | undefined): string | undefined {
  if (!base64) return undefined
  const der = Buffer.from(base64, 'base64')
  if (der.toString('base64') !== base64 || der[0] !== 0x30) return undefined
  return sha256(der)
}

/** Envoy, `x-forwarded-client-cert`: `key=value` with semicolons between; a comma, which is not allowed here, parts elements. */
const element = /^(?:[A-Za-z]+=(?:"(?:[^"\\]|\\.)*"|[^",;\\]*)(?:;(?!$)|$))+$/
const pair = /([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^",;\\]*))/g

/**
 * What is in `Cert` and in `Hash`, if they agree. Each may be there once, in whatever place: Envoy does not quote the alternative
 * names of the certificate, so a client can write whole pairs into them, and quotes that hide other pairs.
 */
function hashInElement(field: string): string | undefined {
  if (!element.test(field)) return undefined
  const pairs = [...field.matchAll(pair)].map(([, key = '', quoted, plain]) => ({
    key: key.toLowerCase(),
    value: quoted ?? plain ?? '',
  }))
  const certificates = pairs.filter(({ key }) => key === 'cert')
  const digests = pairs.filter(({ key }) => key === 'hash')
  if (certificates.length > 1 || digests.length > 1) return undefined
  if (certificates.length + digests.length !== field.match(/(?:cert|hash)=/gi)?.length) return undefined
  const hashes = [
    ...certificates.map(({ value }) => hashInEscapedPem(value)),
    ...digests.map(({ value }) => hashOfHex(value)),
  ]
  return hashes.every((one) => one === hashes[0]) ? hashes[0] : undefined
}

/** `Hash` is the SHA-256 of the certificate in DER, in hexadecimal. */
function hashOfHex(hex: string): string | undefined {
  return /^[\da-f]{64}$/i.test(hex) ? Buffer.from(hex, 'hex').toString('base64url') : undefined
}
