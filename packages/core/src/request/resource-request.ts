/** What the pipeline needs to know of a request, whatever server received it. */
export interface ResourceRequest {
  /** The method as received; methods are case-sensitive (RFC 9110 §9.1). */
  readonly method: string
  /** The request target as received, before any router or mount point changed it: RFC 9112 §3.2. */
  readonly target: string
  /**
   * The field lines with this name (given in lower case), in the order of arrival; empty when there is none. Lines that
   * were joined with a comma on the way stay joined.
   */
  header(name: string): readonly string[]
  /** The address of the peer of the connection: a client or a proxy, never what a header field says. */
  readonly peerAddress?: string | undefined
  /** The client's certificate on this connection, in DER; undefined without TLS, and when the client sent none. */
  readonly certificate?: Uint8Array | undefined
  /** The server's own request object: a request is authenticated once per such object. */
  readonly raw: object
}

/** Tells what `fromNode` or `fromFetch` made from a server's own request, which programs without types may hand over. */
export function isResourceRequest(request: ResourceRequest): boolean {
  return typeof request.raw === 'object' && request.raw !== null && typeof request.header === 'function'
}
