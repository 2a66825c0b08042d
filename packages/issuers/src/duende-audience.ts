import type { AudienceOption } from '@portcullis/core'

/** What `EmitStaticAudienceClaim` writes into every token of the server, whatever API it is for. */
export function everyApiOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/resources`
}

/**
 * The audience that tokens have to name. That of every token names no API, so that it is none where it may be absent.
 *
 * @throws TypeError where it is missing, or is that of every token: any token of the server would pass
 */
export function readDuendeAudience(given: AudienceOption | undefined, issuer: string): AudienceOption {
  const everyApi = everyApiOf(issuer)
  if (namedBy(given).includes(everyApi)) {
    throw new TypeError(
      `duende.audience: "${everyApi}" is in every token of the server and names no API; expected the name of the API resource, or { absent: 'allowed' }`,
    )
  }
  if (given === undefined) {
    throw new TypeError("duende.audience: expected the name of the API resource, or { absent: 'allowed' }")
  }
  if (!isObject(given) || !('absent' in given)) return given
  const more = 'absentValues' in given ? [given.absentValues].flat() : []
  return { ...given, absentValues: [...new Set([everyApi, ...more])] as readonly string[] }
}

function namedBy(given: unknown): readonly unknown[] {
  if (!isObject(given) || Array.isArray(given)) return [given].flat()
  const { only, anyOf } = given as { readonly only?: unknown; readonly anyOf?: unknown }
  return [only, anyOf].flat()
}

function isObject(given: unknown): given is object {
  return typeof given === 'object' && given !== null
}
