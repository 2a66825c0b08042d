/**
 * The value of the Authorization field as a parser makes it, in one piece: a text that was put together is copied when it is first
 * read, and that would be measured.
 *
 * @param {{ token: string, proof?: string | undefined }} sent
 */
export function authorization({ token, proof }) {
  return Buffer.from(`${proof ? 'DPoP' : 'Bearer'} ${token}`, 'latin1').toString('latin1')
}
