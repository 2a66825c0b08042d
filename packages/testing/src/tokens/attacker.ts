import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'

/** Someone who wants a foreign token accepted: a key for ES256 and a self-signed certificate for it. */
export interface Attacker {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly publicJwk: JsonWebKey
  /** DER in base64, the form that `x5c` takes (RFC 7515 §4.1.6); CN=attacker.example, 2026 to 2126. */
  readonly certificate: string
}

/** No secret. The key stands here because its certificate does: Node can read certificates, but not make them. */
const privateKey = createPrivateKey({
  key: {
    kty: 'EC',
    crv: 'P-256',
    x: 'LapcjSSgfTF7L2AchcOhCB0N93h3T17hI6UpqYcWcHE',
    y: 'jSiPBVMHMY_LWhGzu5KDGOfFHjU2IdxCV3syiHikUpg',
    d: '15BGtV9CqveHAnV8m7pXJWebKtvsCmPYj0u0NblB95g',
  },
  format: 'jwk',
})
const publicKey = createPublicKey(privateKey)

export const attacker: Attacker = {
  privateKey,
  publicKey,
  publicJwk: publicKey.export({ format: 'jwk' }),
  certificate: [
    'MIIBjTCCATOgAwIBAgIUV6E2ESwlDyvED6vOIt8jANgjKncwCgYIKoZIzj0EAwIwGzEZMBcGA1UEAwwQYXR0YWNrZXIuZXhhbXBsZTAg',
    'Fw0yNjExMjAyMzEyMDVaGA8yMTI2MTAyNzIzMTIwNVowGzEZMBcGA1UEAwwQYXR0YWNrZXIuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG',
    'SM49AwEHA0IABC2qXI0koH0xey9gHIXDoQgdDfd4d09e4SOlKamHFnBxjSiPBVMHMY/LWhGzu5KDGOfFHjU2IdxCV3syiHikUpijUzBR',
    'MB0GA1UdDgQWBBR0v/N3XzX2D5EUzDLSP196zE3aUTAfBgNVHSMEGDAWgBR0v/N3XzX2D5EUzDLSP196zE3aUTAPBgNVHRMBAf8EBTAD',
    'AQH/MAoGCCqGSM49BAMCA0gAMEUCIEI69WDNKF3kXgace5YdWkHYb308Fd6ADyaC9qVWYU2vAiEAuWJY5byNaU6G05gKAOCVf43JHV6F',
    'bQJkb4f8Lvdxk+s=',
  ].join(''),
}
