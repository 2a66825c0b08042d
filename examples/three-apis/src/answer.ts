/** What came back, in short. */
export interface Answer {
  /** The status, and who the API says called or why it refused: `200 reports`, `401 token_expired`. */
  readonly result: string
  /** Of `WWW-Authenticate`: the error and the scope, else the scheme; empty without a challenge. */
  readonly challenge: string
}

interface Body {
  readonly caller?: string
  readonly code?: string
}

export async function answerOf(response: Response): Promise<Answer> {
  const body = (await response.json().catch(() => ({}))) as Body
  return {
    result: `${response.status} ${body.caller ?? body.code ?? ''}`.trim(),
    challenge: shortened(response.headers.get('www-authenticate') ?? ''),
  }
}

function shortened(challenge: string): string {
  const [scheme = ''] = challenge.split(' ')
  const parameter = (name: string) => challenge.match(`[ ,]${name}="([^"]*)"`)?.[1]
  return [parameter('error') ?? scheme, parameter('scope')].filter(Boolean).join(' ')
}
