import { outboundTarget } from './outbound-url';

const refusalOf = (text: string): string | null => {
  const target = outboundTarget(text);
  return 'refusal' in target ? target.refusal : null;
};

describe('a URL that leads to the public Internet', () => {
  it.each<[string, string, boolean, number]>([
    ['https://api.example.com', 'api.example.com', false, 443],
    ['https://api.example.com:8443/v1?q=1#top', 'api.example.com', false, 8443],
    ['HTTP://EXAMPLE.com./', 'example.com', false, 80],
    ['https://8.8.8.8/dns-query', '8.8.8.8', true, 443],
    ['https://[2606:4700:4700::1111]:444/', '2606:4700:4700::1111', true, 444],
    ['wss://events.example.com/stream', 'events.example.com', false, 443],
    ['https://bücher.example/', 'xn--bcher-kva.example', false, 443],
    ['https://xn--bcher-kva.example/', 'xn--bcher-kva.example', false, 443],
    ['https://例え.テスト/', 'xn--r8jz45g.xn--zckzah', false, 443],
    ['https://api.example.com/?to=http://10.0.0.1/@x', 'api.example.com', false, 443],
  ])('is accepted: %s', (text, host, isAddress, port) => {
    expect(outboundTarget(text)).toMatchObject({ host, isAddress, port });
  });
});

describe('a URL when the private network is allowed', () => {
  it.each(['http://db:8080/', 'http://localhost/', 'http://printer.local/', 'http://10.0.0.1/', 'http://[::1]/'])(
    'can be %s',
    (text) => {
      expect(outboundTarget(text, true)).not.toHaveProperty('refusal');
    },
  );

  it.each([
    ['http://169.254.169.254/latest', 'address_not_public'],
    ['http://-db/', 'url_invalid'],
    ['http://user@db/', 'user_info'],
  ])('cannot be %s: %s', (text, refusal) => {
    expect(outboundTarget(text, true)).toEqual({ refusal });
  });
});

describe('the length of a URL', () => {
  const padded = (text: string, length: number): string => text.padEnd(length, 'x');
  // RFC 1035 §2.3.4: 255 octets on the wire, which are 253 characters.
  const named = (length: number): string => `http://${'a.'.repeat(120)}${'b'.repeat(length - 248)}.example/`;

  it.each([
    ['8,192 characters', padded('http://example.com/', 8_192), null],
    ['8,193 characters', padded('http://example.com/', 8_193), 'url_invalid'],
    ['a name of 253 characters', named(253), null],
    ['a name of 254 characters', named(254), 'url_invalid'],
  ])('of %s leads to the refusal %s', (_what, text, refusal) => {
    expect(refusalOf(text)).toBe(refusal);
  });
});

describe('a URL is refused', () => {
  it.each([
    'http://10.0.0.1/',
    'http://10.0.0.1:8080/x',
    'http://192.168.1.1',
    'http://172.16.3.4',
    'http://127.0.0.1',
    'http://169.254.169.254/latest/meta-data',
    'http://168.63.129.16/machine',
    'http://100.64.0.1',
    'http://0.0.0.0',
    'http://224.0.0.1',
    'http://255.255.255.255',
    'http://[::1]/',
    'http://[::]/',
    'http://[fe80::1]/',
    'http://[fd00:ec2::254]/',
    'http://[ff02::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::ffff:a00:1]/',
    'http://[::10.0.0.1]/',
    'http://[64:ff9b::a00:1]/',
    'http://[64:ff9b::8.8.8.8]/',
    'http://[2002:a00:1::]/',
    'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    'http://[0:0:0:0:0:0:0:1]/',
    // In the spellings that WHATWG URL §3.5 describes.
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.1/',
    'http://10.1/',
    'http://127.0.0.1./',
    'http://0/',
    'http://①②⑦.⓪.⓪.①/',
    'http://１２７.0.0.1/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http://3232235777/',
    'http://0xA9FEA9FE/',
    'http://2852039166/latest/meta-data',
  ])('for its address: %s', (text) => {
    expect(refusalOf(text)).toBe('address_not_public');
  });

  it.each([
    'http://localhost/',
    'http://LOCALHOST.:80/',
    'http://a.localhost/',
    'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
    'http://metadata.google.internal/',
    'http://metadata/',
    'http://printer.local/',
    'http://db',
    'http://router.home.arpa/',
    'http://home.arpa/',
    'http://x.onion/',
  ])('for its name: %s', (text) => {
    expect(refusalOf(text)).toBe('name_not_public');
  });

  it.each([
    'http://134744072/',
    'http://0x8.8.8.8/',
    'http://8.8.2056/',
    'http://8.8.8.8./',
    'http://ｅxample.com/',
    'http://example。com/',
    'http://ex%61mple.com/',
    'http://bü%63her.example/',
    'http://bücher。example/',
    'http://ａxn--b.example/',
    'https://[2606:4700:4700:0000::1111]/',
  ])('for a disguised public host that other parsers might read differently: %s', (text) => {
    expect(refusalOf(text)).toBe('host_disguised');
  });

  it.each([
    'http://api.example.com@10.0.0.1/',
    'http://user:pass@api.example.com/',
    'http://@api.example.com/',
    'http://api.example.com%2f@10.0.0.1/',
  ])('for user information before its host: %s', (text) => {
    expect(refusalOf(text)).toBe('user_info');
  });

  it.each([
    'file:///etc/passwd',
    'gopher://example.com/',
    'ftp://example.com/',
    'unix://run/docker.sock',
    'dict://a.b/',
  ])('for its scheme: %s', (text) => {
    expect(refusalOf(text)).toBe('scheme_not_allowed');
  });

  it.each([
    '',
    'example.com',
    '10.0.0.1',
    '//example.com',
    'http:example.com',
    'http:example.com/?to=http://example.com/',
    'http:/example.com',
    'http:///etc/passwd',
    'http://',
    'http://exa mple.com/',
    ' http://example.com/',
    'http://example.com\n.evil.example/',
    'http://example.com\t/',
    'http://10.0.0.1\\@api.example.com/',
    'http:\\\\example.com',
    'http://[::1%25eth0]/',
    'http://[fe80::1%eth0]/',
    'http://[::1/',
    'http://example.com:99999/',
    'http://example.com:0/',
    'http://example..com/',
    'http://example.com../',
    'http://-x.example.com/',
    'http://exam\u00ADple.com/',
    'http://exam\u200Bple.com/',
    'javascript:alert(1)',
    'data:text/plain,x',
    `http://example.com/${'x'.repeat(9_000)}`,
    `http://${'a.'.repeat(150)}example.com/`,
    `http://${'a'.repeat(64)}.example.com/`,
  ])('because it is invalid or ambiguous: %j', (text) => {
    expect(refusalOf(text)).toBe('url_invalid');
  });
});
