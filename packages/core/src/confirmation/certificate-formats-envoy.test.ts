import { describe, expect, test } from 'vitest'
import {
  certificateOfRfc8705,
  certificateOfRfc9440,
  escapedPemOf,
  hexOf,
} from '../../test-support/certificates.js'
import { certificateHash } from './certificate-formats.js'

const a = certificateOfRfc8705
const b = certificateOfRfc9440
const cert = escapedPemOf(a)
const hex = hexOf(a)

/** The values of Envoy's documentation. */
const documented = '468ed33be74eee6556d90c0149c1309e9ba61d6425303443c0748a02dd8de688'
const documentedHash = Buffer.from(documented, 'hex').toString('base64url')
const by = 'By=http://frontend.lyft.com'
const subject = 'Subject="/C=US/ST=CA/L=San Francisco/OU=Lyft/CN=Test Client"'
const uri = 'URI=http://testclient.lyft.com'

describe('reads an element of x-forwarded-client-cert', () => {
  test.each([
    ['one alternative name', `${by};Hash=${documented};${subject};${uri}`],
    ['several alternative names', `${by};Hash=${documented};${subject};${uri};DNS=lyft.com;DNS=www.lyft.com`],
  ])("with %s, as in Envoy's documentation (MTLS-06)", (_, field) => {
    expect(certificateHash(field, 'envoy')).toBe(documentedHash)
  })

  test.each([
    ['the hash alone', `Hash=${hex}`],
    ['the hash in upper case', `Hash=${hex.toUpperCase()}`],
    ['the hash in quotes', `Hash="${hex}"`],
    ['the certificate alone', `Cert="${cert}"`],
    ['the certificate without quotes', `Cert=${cert}`],
    ['certificate and hash', `${by};Hash=${hex};Cert="${cert}";${subject};${uri}`],
    ['hash after the certificate', `Cert="${cert}";Hash=${hex}`],
    ['keys in lower case', `by=a;hash=${hex};cert="${cert}"`],
    ['keys in upper case', `HASH=${hex}`],
    ['empty values beside it', `By=;Hash=${hex};Subject="";URI=;DNS=`],
    ['several URIs of the proxy', `By=spiffe://a/b;By=spiffe://a/c;Hash=${hex}`],
    [
      "the URI of a workload, as Istio's proxies write it",
      `By=spiffe://c/ns/d/sa/e;Hash=${hex};Subject="";URI=spiffe://c/ns/f/sa/g`,
    ],
    ['an equals sign in a value', `Hash=${hex};URI=http://a/?b=c`],
    ['a chain, which is not looked at', `Hash=${hex};Cert="${cert}";Chain="${cert}${escapedPemOf(b)}"`],
    ['commas and semicolons in quotes', `Subject="CN=a,O=b;OU=c";Hash=${hex}`],
    ['escaped quotes in quotes', String.raw`Subject="CN=\"a\";OU=c;x=\"";Hash=${hex}`],
    ['a comma that RFC 2253 escapes', String.raw`Hash=${hex};Subject="CN=a\,b\\,O=\C3\A9"`],
    ['an escaped backslash before the closing quote', String.raw`Subject="CN=a\\";Hash=${hex}`],
    ['a key that is not known', `Hash=${hex};Version=3`],
  ])('with %s (MTLS-06)', (_, field) => {
    expect(certificateHash(field, 'envoy')).toBe(a.hash)
  })
})

describe('believes nothing that a client wrote into its own certificate, or in front', () => {
  test.each([
    ['a hash in quotes', `Subject="CN=a,O=b;Hash=${documented}";Hash=${hex}`],
    ['a hash in escaped quotes', String.raw`Subject="CN=\"a\";Hash=${documented};x=\"";Hash=${hex}`],
    [
      'a quote that hides the element of the proxy',
      `By=",By=spiffe://api;Hash=${documented};URI=";Hash=${hex}`,
    ],
    ['the same with Subject', `Subject=",By=spiffe://api;Hash=${documented};URI=";Hash=${hex}`],
    ['the same with a certificate', `By=",By=spiffe://api;Hash=${documented};URI=";Cert="${cert}"`],
    ['a hash in another case', `Hash=${hex};URI=x;hASH=${hex}`],
  ])('%s (MTLS-06)', (_, field) => {
    expect(certificateHash(field, 'envoy')).toBeUndefined()
  })
})

describe('refuses x-forwarded-client-cert', () => {
  test.each([
    [
      "with two elements, as in Envoy's documentation",
      `${by};Hash=${documented};${uri},By=http://backend.lyft.com;Hash=9ba61d6425303443c0748a02dd8de688468ed33be74eee6556d90c0149c1309e;URI=http://frontend.lyft.com`,
    ],
    ['with two elements that say the same', `Hash=${hex},Hash=${hex}`],
    ['with an element of something else before it', `By=a,Hash=${hex}`],
    ['with an element of something else after it', `Hash=${hex},By=a`],
    ['with an empty element', `Hash=${hex},`],
    ['with two hashes', `Hash=${hex};Hash=${documented}`],
    ['with one hash twice', `Hash=${hex};Hash=${hex}`],
    ['with hashes that differ in the case of their keys', `Hash=${hex};hash=${hexOf(b)}`],
    ['with two certificates', `Cert="${cert}";Cert="${escapedPemOf(b)}"`],
    ['with one certificate twice', `Cert="${cert}";Cert="${cert}"`],
    ['with certificate and hash of two', `Cert="${cert}";Hash=${hexOf(b)}`],
    ['with hash and certificate of two', `Hash=${hexOf(b)};Cert="${cert}"`],
    [
      'with a hash that a client wrote into a URI of its certificate',
      `Hash=${hexOf(b)};URI=http://a;Hash=${hex}`,
    ],
    ['with a certificate that a client wrote into a name', `Hash=${hexOf(b)};DNS=a;Cert="${cert}"`],
    ['with an element that a client wrote into a name', `Hash=${hexOf(b)};DNS=a,Hash=${hex}`],
    ['with a good hash and a certificate that is none', `Hash=${hex};Cert="x"`],
    ['with a good hash and an empty certificate', `Hash=${hex};Cert=""`],
    ['with a good certificate and an empty hash', `Cert="${cert}";Hash=`],
    ['with two PEM blocks as certificate', `Cert="${cert}${escapedPemOf(b)}"`],
    ['without certificate and hash', `${by};${subject};${uri}`],
    ['with a chain alone', `Chain="${cert}"`],
    ['with a hash in base64', `Hash=${Buffer.from(a.hash, 'base64url').toString('base64')}`],
    ['with a hash in base64url', `Hash=${a.hash}`],
    ['with a SHA-1', `Hash=${hex.slice(0, 40)}`],
    ['with a hash that is too short', `Hash=${hex.slice(1)}`],
    ['with a hash that is too long', `Hash=${hex}0`],
    ['with colons in the hash', `Hash=${hex.replaceAll(/..(?!$)/g, '$&:')}`],
    ['with whitespace in the hash', `Hash= ${hex}`],
    ['with an escape in the hash', `Hash="\\${hex}"`],
    ['with an escape in the certificate', `Cert="\\${cert}"`],
    ['with whitespace before a key', `By=a; Hash=${hex}`],
    ['with a semicolon at the end', `Hash=${hex};`],
    ['with a semicolon at the beginning', `;Hash=${hex}`],
    ['with two semicolons', `By=a;;Hash=${hex}`],
    ['with a key without a value', `By;Hash=${hex}`],
    ['with a value without a key', `=a;Hash=${hex}`],
    ['with a quote that stays open', `Subject="a;Hash=${hex}`],
    ['with a quote that a backslash keeps open', String.raw`Subject="a\";Hash=${hex}`],
    ['with text after the closing quote', `Subject="a"b;Hash=${hex}`],
    ['with a quote in a plain value', `URI=a"b";Hash=${hex}`],
    ['with a backslash in a plain value', String.raw`URI=a\;Hash=${hex}`],
    ['with digits in a key', `Hash2=a;Hash=${hex}`],
  ])('%s (MTLS-06)', (_, field) => {
    expect(certificateHash(field, 'envoy')).toBeUndefined()
  })
})

test('looks once at each character of a field that is as long as fields may be (MTLS-06)', () => {
  const room = 32 * 1024
  for (const part of ['a', 'a=', 'a=b;', '"', 'a="', '\\"', 'a=\\', 'a="";', '\\\\']) {
    const field = part.repeat(Math.ceil(room / part.length)).slice(0, room)
    expect(certificateHash(field, 'envoy')).toBeUndefined()
  }
})
