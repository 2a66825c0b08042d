import { KeyObject, randomUUID, type webcrypto } from 'node:crypto'
import { SignJWT } from 'jose'
import { checkOptionNames, checkPresent, misconfigured, misconfiguredSecret } from '../configuration.js'
import { maySign } from '../jws/public-key.js'
import { type SignatureAlgorithm, signatureAlgorithms } from '../jws/signature-algorithms.js'
import { Unavailable } from '../rejection.js'

/** As whom the resource asks an authorization server: RFC 7662 §2.1. */
export type IntrospectionClient = SecretClient | KeyClient

interface SecretClient {
  readonly id: string
  readonly secret: string
  /** Where the secret stands. Default `client_secret_basic`: RFC 6749 §2.3.1. */
  readonly method?: 'client_secret_basic' | 'client_secret_post'
}

interface KeyClient {
  readonly id: string
  /** Signs assertions (`private_key_jwt`): RFC 7523 §2.2. */
  readonly privateKey: KeyObject | webcrypto.CryptoKey
  readonly algorithm: SignatureAlgorithm
  /** Which of its keys this is, for a client that has several. */
  readonly kid?: string
  /** The audience of assertions. Default: the issuer. */
  readonly assertionAudience?: string
}

/** What a request carries to show who asks. */
interface ClientAuthentication {
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

/** @param now - in seconds since the epoch */
export type Authenticate = (now: number) => ClientAuthentication | Promise<ClientAuthentication>

/** No secret is printed. @throws TypeError */
export function readClient(option: string, given: IntrospectionClient, issuer: string): Authenticate {
  if (typeof given !== 'object' || given === null) {
    throw misconfiguredSecret(option, '{ id, secret } or { id, privateKey, algorithm }', given)
  }
  return 'privateKey' in given ? withKey(option, given, issuer) : withSecret(option, given)
}

function readId(option: string, { id }: IntrospectionClient): string {
  if (typeof id === 'string' && id !== '') return id
  throw misconfiguredSecret(`${option}.id`, 'a string that is not empty', id)
}

const methods = ['client_secret_basic', 'client_secret_post']

function withSecret(option: string, client: SecretClient): Authenticate {
  checkOptionNames(option, client, ['id', 'secret', 'method'])
  checkPresent(option, client, ['method'])
  const id = readId(option, client)
  const { secret, method = 'client_secret_basic' } = client
  if (typeof secret !== 'string' || secret === '') {
    throw misconfiguredSecret(`${option}.secret`, 'a string that is not empty', secret)
  }
  if (!methods.includes(method)) throw misconfigured(`${option}.method`, methods.join(' or '), method)
  if (method === 'client_secret_post') {
    return () => ({ headers: {}, parameters: { client_id: id, client_secret: secret } })
  }
  const credentials = Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64')
  return () => ({ headers: { authorization: `Basic ${credentials}` }, parameters: {} })
}

/** RFC 6749 §2.3.1 and appendix B: both halves are form-encoded first, so that a colon parts them. */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

const assertionSeconds = 60

function withKey(option: string, client: KeyClient, issuer: string): Authenticate {
  checkOptionNames(option, client, ['id', 'privateKey', 'algorithm', 'kid', 'assertionAudience'])
  checkPresent(option, client, ['kid', 'assertionAudience'])
  const id = readId(option, client)
  checkKey(option, client)
  const { kid, assertionAudience = issuer } = client
  for (const [name, text] of Object.entries({ kid, assertionAudience })) {
    if (text === undefined || (typeof text === 'string' && text !== '')) continue
    throw misconfigured(`${option}.${name}`, 'a string that is not empty', text)
  }
  return async (now) => ({
    headers: {},
    parameters: {
      client_id: id,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await signAssertion({ ...client, assertionAudience }, now),
    },
  })
}

function checkKey(option: string, { privateKey, algorithm }: KeyClient): void {
  if (privateKey?.type !== 'private') {
    const expected = 'a private KeyObject or CryptoKey (createPrivateKey() of node:crypto reads PEM and JWK)'
    throw misconfiguredSecret(`${option}.privateKey`, expected, privateKey)
  }
  if (!signatureAlgorithms.includes(algorithm)) {
    throw misconfigured(`${option}.algorithm`, `one of ${signatureAlgorithms.join(', ')}`, algorithm)
  }
  if (maySign(privateKey instanceof KeyObject ? privateKey : KeyObject.from(privateKey), algorithm)) return
  throw misconfigured(`${option}.algorithm`, 'an algorithm of the private key', algorithm)
}

/** RFC 7523 §3. */
async function signAssertion(
  client: Required<Omit<KeyClient, 'kid'>> & KeyClient,
  now: number,
): Promise<string> {
  const { id, privateKey, algorithm, kid, assertionAudience } = client
  const assertion = new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: algorithm, ...(kid !== undefined && { kid }) })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(assertionAudience)
    .setIssuedAt(Math.floor(now))
    .setExpirationTime(Math.floor(now) + assertionSeconds)
  try {
    return await assertion.sign(privateKey)
  } catch (cause) {
    const message = `the assertion for client "${id}" cannot be signed with ${algorithm}: ${(cause as Error).message}`
    throw new Unavailable('introspection_unavailable', message, { cause, retryAfterSeconds: 1 })
  }
}
