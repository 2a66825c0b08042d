import { certificateAuthority, keyPair, loopbackNames, selfSigned } from './certificates.js'

const authority = await certificateAuthority()
const keys = await keyPair('EC')

export const authorityCertificate: string = authority.cert

export const serverIdentity = await authority.issue('localhost', { extensions: [loopbackNames()] })

/** The clients of the contract: those whose tokens are bound to their certificates, and those who have another. */
export const clients = {
  selfSigned: await selfSigned('client', { keys }),
  selfSignedRsa: await selfSigned('client', { keys: await keyPair('RSA') }),
  issued: await authority.issue('client'),
  issuedRsa: await authority.issue('client', { keys: await keyPair('RSA') }),
  expired: await selfSigned('client', { hours: -24 }),
  /** The same key and name as the first. */
  renewed: await selfSigned('client', { keys }),
  thief: await selfSigned('client'),
} as const
