import type { Identity } from './certificates.js'

/** How the certificate is written by whoever ends TLS, under the names that are usual. */
export const headerFormats = {
  rfc9440: {
    header: 'Client-Cert',
    write: ({ der }: Identity) => `:${der.toString('base64')}:`,
  },
  nginx: {
    header: 'X-SSL-Client-Cert',
    write: ({ cert }: Identity) => encodeURIComponent(cert),
  },
  envoy: {
    header: 'x-forwarded-client-cert',
    write: ({ cert, hash }: Identity) => {
      const digest = Buffer.from(hash, 'base64url').toString('hex')
      return `By=spiffe://a/b;Hash=${digest};Cert="${encodeURIComponent(cert)}";Subject="CN=client,O=\\"a;b\\""`
    },
  },
} as const

export type HeaderFormat = keyof typeof headerFormats
