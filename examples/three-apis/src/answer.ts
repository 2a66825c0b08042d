/** What came back, in short. */
export interface Answer {
  /** The status, and why the API refused: `200`, `401 token_expired`. */
  readonly result: string
  /** Who the API says called, or what `WWW-Authenticate` asks for: the error and the scope, else the schemes. */
  readonly detail: string
}

interface Body {
  readonly caller?: string
  readonly code?: string
}

export async function answerOf(response: Response): Promise<Answer> {
  const body = (await response.json().catch(() => ({}))) as Body
  return {
    result: `${response.status} ${body.code ?? ''}`.trim(),
    detail: body.caller ?? shortened(response.headers.get('www-authenticate') ?? ''),
  }
}

function shortened(challenge: string): string {
  const schemes = [...challenge.matchAll(/(\w+) realm=/g)].map(([, scheme]) => scheme)
  const parameter = (name: string) => challenge.match(`[ ,]${name}="([^"]*)"`)?.[1]
  return [parameter('error') ?? schemes.join(' or '), parameter('scope')].filter(Boolean).join(' ')
}
