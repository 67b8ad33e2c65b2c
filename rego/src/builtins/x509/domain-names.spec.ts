import { matchesDomain, matchesEmail, matchesHost, matchesUri } from './domain-names.js';
import { ipText, isPrefixMask, parseIp } from './ip.js';
import { parseUri } from './uri.js';

describe('names in certificates', () => {
  test.each([
    ['example.com', 'example.com', true],
    ['www.example.com', 'example.com', true],
    ['www.EXAMPLE.com', 'example.COM', true],
    ['notexample.com', 'example.com', false],
    ['example.com', '.example.com', false],
    ['www.example.com', '.example.com', true],
    ['anything', '', true],
    ['bad..name', 'example.com', 'malformed'],
  ])('domain %s against %s', (domain, constraint, expected) => {
    expect(matchesDomain(domain, constraint)).toBe(expected);
  });

  test.each([
    ['me@example.com', 'example.com', true],
    ['me@example.com', 'me@EXAMPLE.com', true],
    ['Me@example.com', 'me@example.com', false],
    ['me@www.example.com', '.example.com', true],
    ['no mailbox', 'example.com', 'malformed'],
    ['..@example.com', 'example.com', 'malformed'],
  ])('mailbox %s against %s', (email, constraint, expected) => {
    expect(matchesEmail(email, constraint)).toBe(expected);
  });

  test.each([
    ['https://www.example.com:8443/x', '.example.com', true],
    ['https://10.0.0.1/', '.example.com', 'malformed'],
    ['https://[::1]/', '.example.com', 'malformed'],
    ['urn:a:b', '.example.com', 'malformed'],
  ])('URI %s against %s', (text, constraint, expected) => {
    const parsed = parseUri(text);
    expect(parsed.ok && matchesUri(parsed.uri, constraint)).toBe(expected);
  });

  test.each([
    ['a.example.com', true],
    ['A.EXAMPLE.COM.', true],
    ['b.wild.example.com', true],
    ['wild.example.com', false],
    ['b.c.wild.example.com', false],
    ['*.wild.example.com', true],
    ['10.1.2.3', true],
    ['[2001:db8::1]', true],
    ['10.1.2.4', false],
    ['', false],
  ])('host %s', (host, expected) => {
    const addresses = ['10.1.2.3', '2001:db8::1'].map((text) => parseIp(text) ?? Buffer.alloc(0));
    expect(matchesHost(host, ['a.example.com', '*.wild.example.com'], addresses)).toBe(expected);
  });

  test.each([
    ['0a010203', '10.1.2.3'],
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['00000000000000000000000000000000', '::'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ])('address %s is %s', (bytes, text) => {
    expect(ipText(Buffer.from(bytes, 'hex'))).toBe(text);
    expect(parseIp(text)?.toString('hex')).toBe(bytes);
  });

  test.each(['', '1.2.3', '01.2.3.4', 'fe80::1%eth0', 'x'])('%j is not an IP address', (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  test.each([
    ['ff000000', true],
    ['00000000', true],
    ['ffc00000', true],
    ['ff00ff00', false],
    ['a0000000', false],
  ])('mask %s', (mask, expected) => {
    expect(isPrefixMask(Buffer.from(mask, 'hex'))).toBe(expected);
  });
});

describe('URIs in certificates', () => {
  const EMPTY = {
    Scheme: '',
    Opaque: '',
    User: null,
    Host: '',
    Path: '',
    Fragment: '',
    RawQuery: '',
    RawPath: '',
    RawFragment: '',
    ForceQuery: false,
    OmitHost: false,
  };

  test.each([
    ['spiffe://example.com/ns/a', { Scheme: 'spiffe', Host: 'example.com', Path: '/ns/a' }],
    [
      'HTTPS://u:p@h:1/a%20b?q=1#f',
      { Scheme: 'https', User: {}, Host: 'h:1', Path: '/a b', RawQuery: 'q=1', Fragment: 'f' },
    ],
    ['http://h/a%2Fb', { Scheme: 'http', Host: 'h', Path: '/a/b', RawPath: '/a%2Fb' }],
    ['urn:uuid:1', { Scheme: 'urn', Opaque: 'uuid:1' }],
    ['file:/x', { Scheme: 'file', Path: '/x', OmitHost: true }],
    ['/x?', { Path: '/x', ForceQuery: true }],
  ])('%s', (text, members) => {
    const parsed = parseUri(text);
    expect(parsed.ok && parsed.uri.json).toEqual({ ...EMPTY, ...members });
  });

  test('keeps the text and lowercases the scheme', () => {
    const parsed = parseUri('SPIFFE://Example.com/A');
    expect(parsed.ok && parsed.uri.text).toBe('spiffe://Example.com/A');
  });

  test.each(['http://h/%zz', ':x', 'a\u0001b', '1:x', 'http://h h/', 'http://h:x/'])('%j is refused', (text) => {
    expect(parseUri(text).ok).toBe(false);
  });
});
