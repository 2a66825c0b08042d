/** The pieces of an http or https URL, as they stand. */
export interface UrlParts {
  readonly scheme: 'http' | 'https'
  readonly host: string
  /** With its colon, or empty. */
  readonly port: string
  readonly path: string
}

/** Takes a URL apart without changing a letter, as `new URL()` would. @throws TypeError */
export function urlParts(url: string): UrlParts {
  const [, scheme, host = '', port = '', path = ''] =
    /^(https?):\/\/([^/?#:@[\]]+|\[[^\]]+\])(:\d+)?(\/[^?#]*)?/.exec(url) ?? []
  if ((scheme !== 'http' && scheme !== 'https') || !/[a-z]/.test(path)) {
    throw new TypeError(
      `url is ${url}, but the corpora need one with a letter in its path: https://api.example/v1/x`,
    )
  }
  return { scheme, host, port, path }
}

export function joinUrl({ scheme, host, port, path }: UrlParts): string {
  return `${scheme}://${host}${port}${path}`
}
