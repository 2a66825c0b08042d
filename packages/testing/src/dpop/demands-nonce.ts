/**
 * Whether a server answers that it wants the nonce that comes with the answer: a resource server says so in its
 * challenge (RFC 9449 §9), an authorization server in the body of a 400 (§8).
 */
export async function demandsNonce(response: Response): Promise<boolean> {
  if (!response.headers.has('dpop-nonce')) return false
  if (response.status === 401) {
    return /\bdpop\b.*\berror="?use_dpop_nonce\b/i.test(response.headers.get('www-authenticate') ?? '')
  }
  return response.status === 400 && (await hasError(response.clone(), 'use_dpop_nonce'))
}

async function hasError(response: Response, code: string): Promise<boolean> {
  try {
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null && 'error' in body && body.error === code
  } catch {
    return false
  }
}
