import { BlockList, isIP, SocketAddress } from 'node:net'
import { misconfigured, readStrings } from '../configuration.js'

/** @throws TypeError */
export function readProxies(option: string, given: unknown): BlockList {
  const proxies = new BlockList()
  for (const proxy of readStrings(option, given)) {
    if (addProxy(proxies, proxy)) continue
    throw misconfigured(
      option,
      'IP addresses, and ranges such as 10.0.0.0/8 or 2001:db8::/32 that do not hold every address',
      proxy,
    )
  }
  return proxies
}

/** False for what is neither an address nor a range. An address with a zone is on one link only, and lists know nothing of links. */
function addProxy(proxies: BlockList, proxy: string): boolean {
  const [text = '', prefix, ...more] = proxy.split('/')
  const address = text.includes('%') ? undefined : readAddress(text)
  if (!address || more.length > 0) return false
  if (prefix === undefined) proxies.addAddress(address.text, address.family)
  else if (!isPrefix(prefix, address) || holdsIpv4(text, prefix)) return false
  else proxies.addSubnet(address.text, Number(prefix), address.family)
  return true
}

/** A range that holds every address would trust anyone. */
function isPrefix(prefix: string, { family }: Address): boolean {
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 'ipv4' ? 32 : 128)
}

/**
 * IPv4 addresses in IPv6 spelling stand 96 bits further to the right: `::ffff:10.0.0.0/8` looks like a network, and holds every
 * IPv4 address there is.
 */
function holdsIpv4(text: string, prefix: string): boolean {
  if (isIP(text) === 4) return false
  const range = new BlockList()
  range.addSubnet(text, Number(prefix), 'ipv6')
  return range.check('::ffff:0:0', 'ipv6')
}

interface Address {
  readonly text: string
  readonly family: 'ipv4' | 'ipv6'
}

/** In its one spelling, without zone. An IPv4 peer has an IPv6 address on a socket that listens on IPv6: RFC 4291 §2.5.5.2. */
function readAddress(text: string): Address | undefined {
  const version = isIP(text)
  if (version === 0) return undefined
  if (version === 4) return { text, family: 'ipv4' }
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  const ipv4 = /^::ffff:(\d+\.[\d.]+)$/.exec(address)?.[1]
  return ipv4 === undefined ? { text: address, family: 'ipv6' } : { text: ipv4, family: 'ipv4' }
}

/** Whether the peer of the connection is one of the proxies; never what a header field says of where a request comes from. */
export function isTrustedProxy(peerAddress: string | undefined, proxies: BlockList): boolean {
  const address = readAddress(peerAddress ?? '')
  return address !== undefined && proxies.check(address.text, address.family)
}
