import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { thrownBy } from '../../test-support/refusal.js'
import { isTrustedProxy, readProxies } from './trusted-proxies.js'

const trusts = (proxies: readonly string[], peer: string | undefined) =>
  isTrustedProxy(peer, readProxies('certificate.proxies', proxies))

describe('believes a peer that is listed', () => {
  test.each([
    ['an IPv4 address', '192.0.2.7', '192.0.2.7'],
    ['the first address of an IPv4 range', '10.0.0.0/8', '10.0.0.0'],
    ['the last address of an IPv4 range', '10.0.0.0/8', '10.255.255.255'],
    ['a range that is not cut at a byte', '172.16.0.0/12', '172.31.255.255'],
    ['a range that is written with an address from its middle', '10.1.2.3/8', '10.200.0.1'],
    ['a range of one address', '192.0.2.7/32', '192.0.2.7'],
    ['IPv6 loopback', '::1', '::1'],
    ['an IPv6 address in another spelling', '2001:DB8:0:0::00A1', '2001:db8::a1'],
    ['an IPv6 range', '2001:db8::/32', '2001:db8:ffff::1'],
    ['an IPv6 range of one address', '2001:db8::1/128', '2001:db8::1'],
    ['IPv4 on a socket that listens on IPv6', '10.0.0.1', '::ffff:10.0.0.1'],
    ['the same in hexadecimal', '10.0.0.1', '::ffff:a00:1'],
    ['the same at full length', '10.0.0.0/8', '0:0:0:0:0:FFFF:0A00:0001'],
    ['IPv4 that the configuration spells as IPv6', '::ffff:10.0.0.1', '10.0.0.1'],
    ['IPv4 that the configuration spells as IPv6 in hexadecimal', '::ffff:a00:1', '::ffff:10.0.0.1'],
    ['a link-local address, on whatever link', 'fe80::1', 'fe80::1%eth0'],
    ['a link-local range', 'fe80::/10', 'fe80::abcd%2'],
  ])('%s (MTLS-06)', (_, proxy, peer) => {
    expect(trusts([proxy], peer)).toBe(true)
    expect(trusts(['198.51.100.1', proxy, '2001:db8:5::/48'], peer)).toBe(true)
  })
})

describe('does not believe', () => {
  test.each([
    ['the address before a range', '10.0.0.0/8', '9.255.255.255'],
    ['the address after a range', '10.0.0.0/8', '11.0.0.0'],
    ['the address after a range that is not cut at a byte', '172.16.0.0/12', '172.32.0.0'],
    ['a neighbour', '192.0.2.7', '192.0.2.8'],
    ['a neighbour in IPv6', '2001:db8::1', '2001:db8::2'],
    ['the address after an IPv6 range', '2001:db8::/32', '2001:db9::'],
    ['IPv4 in IPv6 spelling that is outside of the range', '10.0.0.0/8', '::ffff:11.0.0.1'],
    ['an IPv4-compatible address', '10.0.0.1', '::10.0.0.1'],
    ['an IPv4-translated address', '10.0.0.1', '::ffff:0:10.0.0.1'],
    ['an address behind NAT64', '10.0.0.1', '64:ff9b::10.0.0.1'],
    ['an IPv6 address that ends like a trusted one', '::1', '2001:db8::1'],
    ['IPv4 loopback for that of IPv6', '::1', '127.0.0.1'],
    ['IPv6 loopback for that of IPv4', '127.0.0.0/8', '::1'],
    ['IPv4 where a wide IPv6 range is listed', '8000::/1', '10.0.0.1'],
    ['an address with a port', '10.0.0.1', '10.0.0.1:443'],
    ['an address in brackets', '::1', '[::1]'],
    ['an address with a prefix', '10.0.0.0/8', '10.0.0.0/8'],
    ['an address with leading zeros', '10.0.0.1', '010.0.0.1'],
    ['a decimal address', '10.0.0.1', '167772161'],
    ['an address with whitespace', '10.0.0.1', ' 10.0.0.1'],
    ['two addresses', '10.0.0.1', '10.0.0.1, 10.0.0.1'],
    ['a name', '127.0.0.1', 'localhost'],
    ['an empty zone', 'fe80::1', 'fe80::1%'],
    ['an empty text', '0.0.0.0', ''],
    ['a peer without an address, as on a Unix socket', '127.0.0.1', undefined],
  ])('%s (MTLS-06)', (_, proxy, peer) => {
    expect(trusts([proxy], peer)).toBe(false)
  })
})

describe('is not configured with', () => {
  test.each([
    ['every IPv4 address', '0.0.0.0/0'],
    ['every IPv6 address', '::/0'],
    ['every IPv4 address in IPv6 spelling', '::ffff:0:0/96'],
    ['a range of IPv6 that holds every IPv4 address', '::/1'],
    ['the largest that does', '::/80'],
    ['an IPv4 prefix on an IPv6 spelling', '::ffff:10.0.0.0/8'],
    ['a range of IPv4 in IPv6 spelling', '::ffff:10.0.0.0/104'],
    ['a zone', 'fe80::1%eth0'],
    ['a range with a zone', 'fe80::%eth0/10'],
    ['a name', 'localhost'],
    ['a host with a port', '10.0.0.1:443'],
    ['an address in brackets', '[::1]'],
    ['a URL', 'http://10.0.0.1'],
    ['a wildcard', '10.0.0.*'],
    ['too few parts', '10.0/8'],
    ['leading zeros', '010.0.0.1'],
    ['whitespace', ' 10.0.0.1'],
    ['an IPv4 prefix above 32', '10.0.0.0/33'],
    ['an IPv6 prefix above 128', '2001:db8::/129'],
    ['an empty prefix', '10.0.0.0/'],
    ['a prefix with a zero before it', '10.0.0.0/08'],
    ['a negative prefix', '10.0.0.0/-8'],
    ['a prefix in exponents', '10.0.0.0/1e1'],
    ['a netmask', '10.0.0.0/255.0.0.0'],
    ['two prefixes', '10.0.0.0/8/8'],
    ['a prefix alone', '/8'],
    ['several in one text', '10.0.0.1,10.0.0.2'],
    ["Express's names", 'loopback'],
  ])('%s (MTLS-06)', (_, proxy) => {
    const error = thrownBy(() => readProxies('protectedResource.certificate.proxies', ['192.0.2.1', proxy]))
    expect(error).toBeInstanceOf(TypeError)
    expect((error as TypeError).message).toContain('protectedResource.certificate.proxies: expected')
    expect((error as TypeError).message).toContain(`got '${proxy}'`)
  })

  test.each([
    ['nothing', undefined],
    ['true', true],
    ['a number of hops', 1],
    ['a text', '10.0.0.1'],
    ['an empty list', []],
    ['an empty text', ['']],
    ['no texts', [10]],
    ['the same twice', ['::1', '::1']],
  ])('%s (MTLS-06)', (_, given) => {
    expect(() => readProxies('certificate.proxies', given)).toThrow(/^certificate\.proxies: expected a list/)
    expect(() => readProxies('certificate.proxies', given)).toThrow(TypeError)
  })
})

test('keeps what it read, whatever becomes of the list (MTLS-06)', () => {
  const given = ['10.0.0.1']
  const proxies = readProxies('certificate.proxies', given)
  given.push('10.0.0.2')
  expect(isTrustedProxy('10.0.0.2', proxies)).toBe(false)
})

const bits = (address: bigint, width: bigint, prefix: number) => address >> (width - BigInt(prefix))
const asIpv4 = (address: bigint) => [24n, 16n, 8n, 0n].map((by) => (address >> by) & 255n).join('.')
const asIpv6 = (address: bigint) =>
  address
    .toString(16)
    .padStart(32, '0')
    .replace(/.{4}(?!$)/g, '$&:')

/** Two addresses: the second is another one, or the first with one bit turned over, which a wrong mask would show. */
const pair = (width: bigint) =>
  fc.tuple(
    fc.bigInt(0n, (1n << width) - 1n),
    fc.oneof(
      fc.bigInt(0n, (1n << width) - 1n).map((other) => () => other),
      fc.bigInt(0n, width - 1n).map((bit) => (address: bigint) => address ^ (1n << bit)),
    ),
  )

test('compares as many bits as the prefix says, in all spellings of IPv4 (MTLS-06)', () => {
  fc.assert(
    fc.property(pair(32n), fc.integer({ min: 1, max: 32 }), ([network, other], prefix) => {
      const peer = other(network)
      const listed = [`${asIpv4(network)}/${prefix}`]
      const expected = bits(network, 32n, prefix) === bits(peer, 32n, prefix)
      expect(trusts(listed, asIpv4(peer))).toBe(expected)
      expect(trusts(listed, `::ffff:${asIpv4(peer)}`)).toBe(expected)
      expect(trusts(listed, asIpv6((0xffffn << 32n) | peer))).toBe(expected)
    }),
  )
})

test('compares as many bits as the prefix says in IPv6 (MTLS-06)', () => {
  fc.assert(
    fc.property(pair(128n), fc.integer({ min: 1, max: 128 }), ([network, other], prefix) => {
      fc.pre(bits(network, 128n, prefix) !== bits(0xffffn << 32n, 128n, prefix))
      const peer = other(network)
      const expected = bits(network, 128n, prefix) === bits(peer, 128n, prefix)
      expect(trusts([`${asIpv6(network)}/${prefix}`], asIpv6(peer))).toBe(expected)
    }),
  )
})

const addressLike = fc.stringMatching(/^[0-9a-fA-F:.%/[\] ]{0,45}$/)

test('never throws, and believes no text that is no address (MTLS-06)', () => {
  const proxies = readProxies('certificate.proxies', ['10.0.0.0/8', '::1', '2001:db8::/32'])
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), addressLike, fc.ipV4(), fc.ipV6()), (peer) => {
      const trusted = isTrustedProxy(peer, proxies)
      if (trusted) expect(peer).toMatch(/^(10\.|[0:]*:0*1$|2001:0?db8:|[0:]*:ffff:(10\.|0?a))/i)
    }),
    { numRuns: 2000 },
  )
})

test('reads any text as a list of proxies, or says what is wrong with it (MTLS-06)', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), addressLike), (proxy) => {
      try {
        readProxies('certificate.proxies', [proxy])
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError)
        expect((error as TypeError).message).toMatch(/^certificate\.proxies: expected/)
      }
    }),
    { numRuns: 2000 },
  )
})
