/** A web of documents, in place of the global `fetch`. */
export interface Web {
  readonly fetch: typeof fetch
  /** Every URL that was asked for, in order. */
  readonly asked: readonly string[]
  /** Documents by URL: served as JSON; a function answers for itself. Everything else is 404. */
  readonly documents: Record<string, unknown>
}

export function webOf(documents: Record<string, unknown>): Web {
  const asked: string[] = []
  const fetch: Web['fetch'] = async (input) => {
    const url = input instanceof Request ? input.url : input.toString()
    asked.push(url)
    if (!Object.hasOwn(documents, url)) return new Response('not here', { status: 404 })
    const document = documents[url]
    return typeof document === 'function' ? document() : Response.json(document)
  }
  return { fetch, asked, documents }
}
