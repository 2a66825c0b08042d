import { type TestToken, testToken } from './test-token.js'

/** What becomes of the header, the payload and the signature of a good token. */
export const segmentForms: Readonly<
  Record<string, (header: string, payload: string, signature: string) => string>
> = {
  'two segments': (header, payload) => `${header}.${payload}`,
  'four segments': (header, payload, signature) => `${header}.${payload}.${signature}.AA`,
  'a dot after the signature': (header, payload, signature) => `${header}.${payload}.${signature}.`,
  'a dot before the header': (header, payload, signature) => `.${header}.${payload}.${signature}`,
  'an empty header': (_, payload, signature) => `.${payload}.${signature}`,
  'an empty payload': (header, _, signature) => `${header}..${signature}`,
  'an empty signature': (header, payload) => `${header}.${payload}.`,
  'dots alone': () => '..',
  'no dot at all': (header, payload, signature) => header + payload + signature,
  'quotes around it': (...segments) => `"${segments.join('.')}"`,
  'the flattened JSON serialization': (header, payload, signature) =>
    JSON.stringify({ protected: header, payload, signature }),
  'the general JSON serialization': (header, payload, signature) =>
    JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
}

/** Tokens that are no JWT, since a JWT has the compact form: three segments, none of them empty (RFC 7519 §1). */
export const segmentTokens: readonly TestToken[] = Object.entries(segmentForms).map(([name, form]) =>
  testToken('JOSE-01', name, async (server) => {
    const [header = '', payload = '', signature = ''] = (await server.mint()).split('.')
    return form(header, payload, signature)
  }),
)
