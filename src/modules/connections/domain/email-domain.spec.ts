import { domainName, domainOf } from './email-domain';

describe('the domain of an address', () => {
  it.each([
    ['ada@Example.COM', 'example.com'],
    ['"a@evil.example"@example.com', null],
    ['ada@sub.example.com', 'sub.example.com'],
    ['ada@example.com@evil.example', null],
    ['ada', null],
    ['', null],
    ['ada@ｅxample.com', null],
    ['ada@example.com\n', null],
  ])('%j is %j', (address, domain) => {
    expect(domainOf(address)).toBe(domain);
  });

  it.each([
    ['Example.com.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['com', null],
    ['127.0.0.1', null],
    ['a..b', null],
    ['-a.example', null],
    ['*.example.com', null],
    ['example.com/path', null],
    [`${'a'.repeat(64)}.example`, null],
  ])('accepts a domain only if it is one: %j is %j', (text, domain) => {
    expect(domainName(text)).toBe(domain);
  });
});
