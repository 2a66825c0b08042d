import { misconfigured, readUrl } from '../configuration.js'

/**
 * The name of an issuer, kept as it is written. Where its metadata is looked for, it has to be a URL of which the place of the
 * metadata can be made: RFC 8414 §2.
 *
 * @throws TypeError
 */
export function readIssuerIdentifier<Issuer extends string>(
  option: string,
  issuer: Issuer,
  hasMetadata: boolean,
): Issuer {
  if (hasMetadata) {
    readUrl(option, issuer)
    if (issuer.includes('?')) throw misconfigured(option, 'a URL without query (RFC 8414 §2)', issuer)
    if (issuer.includes('/.well-known/'))
      throw misconfigured(option, 'the issuer, not the URL of its metadata', issuer)
  } else if (typeof issuer !== 'string' || issuer === '') {
    throw misconfigured(option, 'the issuer that its tokens name in iss', issuer)
  }
  return issuer
}
