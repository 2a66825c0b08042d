import { type AssertionReader, readAssertion } from './client-assertion.js'
import { invalidClient, invalidRequest } from './oauth-error.js'

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The id of the client that asks, by RFC 6749 §2.3 and RFC 7523 §2.2. Rejects with `invalid_client` for any other. */
export async function authenticateClient(
  authorization: string | undefined,
  form: ReadonlyMap<string, string>,
  reader: AssertionReader,
): Promise<string> {
  const secret = form.get('client_secret')
  const assertion = form.get('client_assertion')
  const used = [authorization, secret, assertion].filter((value) => value !== undefined)
  if (used.length > 1) throw invalidRequest() // RFC 6749 §2.3: one method in each request
  const claimed = form.get('client_id')
  const id =
    assertion === undefined
      ? withSecret(authorization === undefined ? [claimed, secret] : readBasic(authorization), reader)
      : await withAssertion(assertion, form.get('client_assertion_type'), reader)
  if (claimed !== undefined && claimed !== id) throw invalidClient()
  return id
}

function withSecret(
  [id = '', secret]: readonly (string | undefined)[],
  { clients }: AssertionReader,
): string {
  if (secret === undefined || clients.get(id)?.secret !== secret) throw invalidClient()
  return id
}

async function withAssertion(assertion: string, type: string | undefined, reader: AssertionReader) {
  if (type !== assertionType) throw invalidClient()
  return await readAssertion(assertion, reader).catch(() => {
    throw invalidClient()
  })
}

/** Id and secret, each form-encoded before they were joined (RFC 6749 §2.3.1 and appendix B). */
function readBasic(authorization: string): string[] {
  const [, base64 = ''] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? []
  const pair = Buffer.from(base64, 'base64').toString('latin1')
  // Whoever forgets to encode leaves a space, a second colon or a letter beyond ASCII.
  const [, id, secret] = /^([!-9;-~]*):([!-9;-~]*)$/.exec(pair) ?? []
  if (id === undefined || secret === undefined) throw invalidClient()
  return [decodeFormValue(id), decodeFormValue(secret)]
}

function decodeFormValue(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    throw invalidClient()
  }
}
