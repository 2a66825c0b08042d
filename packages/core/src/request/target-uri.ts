const absolutePath = /^\/(?:[\w\-.~!$&'()*+,;=:@/]|%[\da-fA-F]{2})*$/
const dotSegment = /(?:^|\/)(?:\.|%2e){1,2}(?=\/|$)/i

/**
 * The URIs that the client may have called, without query: each public URL + the path of the request target
 * (RFC 9449 §4.3 calls it the HTTP target URI). The host comes from configuration alone, never from Host or Forwarded.
 *
 * Empty, so that nothing matches, for a target with a dot segment (raw or encoded), with characters that no URI has,
 * or in asterisk or authority form: routers and clients read those differently.
 *
 * @param publicUrls - where clients reach the root of this application, without trailing slash.
 */
export function targetUris(publicUrls: readonly string[], target: string): readonly string[] {
  const path = pathOf(target)
  if (!absolutePath.test(path) || dotSegment.test(path)) return []
  return publicUrls.map((url) => url + path)
}

/** By the letter, without user information: whatever else stands there, routers take a part of it for the path. */
const schemeAndAuthority = /^https?:\/\/(?:[\w\-.~]+|\[[\da-f:.]+\])(?::\d{0,5})?(?=\/|$)/i

/** Of a target in absolute form, scheme and authority are cut off: they are the client's claim, like Host. */
function pathOf(target: string): string {
  const [withoutQuery = ''] = target.split('?', 1)
  const [prefix] = schemeAndAuthority.exec(withoutQuery) ?? []
  return prefix === undefined ? withoutQuery : withoutQuery.slice(prefix.length) || '/'
}
