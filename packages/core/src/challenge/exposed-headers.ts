/**
 * The header fields that scripts of another origin have to see, for the `exposedHeaders` option of a CORS plugin: RFC 9449 §7.1,
 * §8.2.
 *
 * @example app.use(cors({ origin: 'https://app.example', exposedHeaders }))
 */
export const exposedHeaders: string[] = Object.freeze([
  'WWW-Authenticate',
  'DPoP-Nonce',
  'Retry-After',
]) as string[]
