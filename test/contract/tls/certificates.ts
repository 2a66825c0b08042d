import 'reflect-metadata'
import { createHash, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  type Extension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A certificate and its key. */
export interface Identity {
  readonly cert: string
  readonly key: string
  readonly der: Buffer
  /** The `x5t#S256` of tokens that are bound to it: RFC 8705 §3.1. */
  readonly hash: string
}

interface Wanted {
  readonly keys?: webcrypto.CryptoKeyPair
  readonly extensions?: Extension[]
  /** From now; the clock of TLS is the one on the wall. Default: a day. */
  readonly hours?: number
}

const hour = 3_600_000
const { subtle } = webcrypto

const algorithms = {
  EC: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  RSA: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  },
} as const

export async function keyPair(algorithm: keyof typeof algorithms): Promise<webcrypto.CryptoKeyPair> {
  return subtle.generateKey(algorithms[algorithm], true, ['sign', 'verify'])
}

export async function selfSigned(name: string, wanted: Wanted = {}): Promise<Identity> {
  const keys = wanted.keys ?? (await keyPair('EC'))
  const parameters = { name: `CN=${name}`, keys, ...validity(wanted), extensions: wanted.extensions ?? [] }
  return identity(await X509CertificateGenerator.createSelfSigned(parameters), keys)
}

export interface Authority extends Identity {
  issue(name: string, wanted?: Wanted): Promise<Identity>
}

export async function certificateAuthority(): Promise<Authority> {
  const own = await keyPair('EC')
  const extensions = [new BasicConstraintsExtension(true, undefined, true)]
  return {
    ...(await selfSigned('Authority', { keys: own, extensions })),
    async issue(name, wanted = {}) {
      const keys = wanted.keys ?? (await keyPair('EC'))
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${name}`,
        issuer: 'CN=Authority',
        publicKey: keys.publicKey,
        signingKey: own.privateKey,
        ...validity(wanted),
        extensions: wanted.extensions ?? [],
      })
      return identity(certificate, keys)
    },
  }
}

/** A certificate for a server on this machine. */
export function loopbackNames(): Extension {
  return new SubjectAlternativeNameExtension([
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
  ])
}

function validity({ hours = 24 }: Wanted): { notBefore: Date; notAfter: Date } {
  const notAfter = Date.now() + hours * hour
  return { notBefore: new Date(notAfter - 48 * hour), notAfter: new Date(notAfter) }
}

async function identity(
  certificate: X509Certificate,
  { privateKey }: webcrypto.CryptoKeyPair,
): Promise<Identity> {
  const der = Buffer.from(certificate.rawData)
  const pkcs8 = Buffer.from(await subtle.exportKey('pkcs8', privateKey))
  return {
    cert: pem('CERTIFICATE', der),
    key: pem('PRIVATE KEY', pkcs8),
    der,
    hash: createHash('sha256').update(der).digest('base64url'),
  }
}

/** With a newline at the end, as OpenSSL writes it. */
function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').replaceAll(/.{64}(?!$)/g, '$&\n')
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}
