import { misconfigured, readUrl } from './configuration.js'

/** The identifier of a protected resource: RFC 9728 §1.2. @throws TypeError */
export function readResource(option: string, given: unknown): string {
  const resource = readUrl(option, given, '; another audience is set by jwtIssuer({ audience })')
  try {
    decodeURIComponent(new URL(resource).pathname)
    return resource
  } catch {
    // Servers refuse a path that they cannot decode before any of us runs.
    throw misconfigured(option, 'a path in which % stands for UTF-8 (RFC 3986 §2.5)', resource)
  }
}
