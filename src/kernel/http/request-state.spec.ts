import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { systemContext } from '../context/call-context';
import { knownCallContext, requestState, setCallContext, verifiedContext } from './request-state';

const PROXIES = new Set(['10.0.0.1', '10.0.0.2', '2001:db8::1']);

/** Creates the part of a request that determines its state. */
const from = (remoteAddress: string | undefined, headers: IncomingHttpHeaders = {}): IncomingMessage =>
  ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage;

const ipOf = (peer: string, forwarded?: string): string =>
  requestState(from(peer, forwarded === undefined ? {} : { forwarded }), PROXIES).ip;

describe('the address of a caller', () => {
  it("is the peer's address, with IPv4-mapped addresses unwrapped", () => {
    expect(ipOf('192.0.2.7')).toBe('192.0.2.7');
    expect(ipOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(ipOf('2001:db8::7')).toBe('2001:db8::7');
  });

  it('is empty if the socket is already closed', () => {
    expect(requestState(from(undefined)).ip).toBe('');
  });

  it('ignores the Forwarded header of an untrusted peer', () => {
    expect(ipOf('192.0.2.7', 'for=203.0.113.9')).toBe('192.0.2.7');
    expect(requestState(from('10.0.0.1', { forwarded: 'for=203.0.113.9' })).ip).toBe('10.0.0.1');
  });

  it('ignores X-Forwarded-For from any peer', () => {
    expect(requestState(from('10.0.0.1', { 'x-forwarded-for': '203.0.113.9' }), PROXIES).ip).toBe('10.0.0.1');
  });

  it.each([
    ['for=203.0.113.9', '203.0.113.9'],
    ['For="203.0.113.9"', '203.0.113.9'],
    ['for="[2001:db8::9]"', '2001:db8::9'],
    ['for="[::ffff:203.0.113.9]"', '203.0.113.9'],
    ['for=203.0.113.9, for="[::FFFF:10.0.0.2]"', '203.0.113.9'],
    ['for="[2001:db8::9]:4711"', '2001:db8::9'],
    ['proto=https;for=203.0.113.9;by=10.0.0.1', '203.0.113.9'],
    ['proto=https; for=203.0.113.9', '203.0.113.9'],
  ])('is taken from the Forwarded header of a trusted proxy: %s', (forwarded, ip) => {
    expect(ipOf('10.0.0.1', forwarded)).toBe(ip);
    expect(ipOf('::ffff:10.0.0.1', forwarded)).toBe(ip);
  });

  // RFC 7239 §6: a node is an address and, optionally, a port; the port is not part of the address.
  it('excludes the port that a proxy may add', () => {
    expect(ipOf('10.0.0.1', 'for="203.0.113.9:4711"')).toBe('203.0.113.9');
  });

  it('is the last hop that is not a trusted proxy, whatever hops the client adds', () => {
    expect(ipOf('10.0.0.1', 'for=1.1.1.1, for=203.0.113.9')).toBe('203.0.113.9');
    expect(ipOf('10.0.0.1', 'for=1.1.1.1, for=203.0.113.9, for=10.0.0.2')).toBe('203.0.113.9');
    expect(ipOf('10.0.0.1', 'for=203.0.113.9,for="[2001:db8::1]",for=10.0.0.2')).toBe('203.0.113.9');
  });

  it.each([
    '',
    'garbage',
    'for=',
    'for=unknown',
    'for="_hidden"',
    'by=203.0.113.9',
    'xfor=203.0.113.9',
    'for=10.0.0.2',
  ])("is the proxy's address if the proxy does not send an address: %j", (forwarded) => {
    expect(ipOf('10.0.0.1', forwarded)).toBe('10.0.0.1');
  });

  it('does not go beyond a hidden hop', () => {
    expect(ipOf('10.0.0.1', 'for=1.1.1.1, for=unknown')).toBe('10.0.0.1');
  });
});

describe('the ID of a request', () => {
  const idOf = (header?: string | string[]): string =>
    requestState(from('192.0.2.7', header === undefined ? {} : { 'x-request-id': header })).requestId;

  it.each(['a', 'req-01h', 'A.b:c_d-9', 'x'.repeat(128)])("is the caller's ID if valid: %s", (id) => {
    expect(idOf(id)).toBe(id);
  });

  it.each([undefined, '', 'x'.repeat(129), 'a b', 'a\nb', 'a"b', '<script>', 'ä', ['a', 'b']])(
    'is a new ID instead of %j',
    (header) => {
      expect(idOf(header)).toMatch(/^req-[0-9a-z]{26}$/);
    },
  );

  it('stays the same for one request and differs between two requests', () => {
    const [one, two] = [from('192.0.2.7'), from('192.0.2.7')];
    expect(requestState(one)).toBe(requestState(one));
    expect(requestState(one).requestId).not.toBe(requestState(two).requestId);
  });

  it('is determined together with the address on first access, whatever proxies are trusted later', () => {
    const request = from('10.0.0.1', { forwarded: 'for=203.0.113.9' });
    expect(requestState(request).ip).toBe('10.0.0.1');
    expect(requestState(request, PROXIES).ip).toBe('10.0.0.1');
  });
});

describe('the verified caller of a request', () => {
  it('is the caller that the guard set, for this request only', () => {
    const [one, two] = [from('192.0.2.7'), from('192.0.2.7')];
    const context = systemContext('req-1', 'tnt-a');
    setCallContext(one, context);
    expect(verifiedContext(one)).toBe(context);
    expect(knownCallContext(two)).toBeNull();
    expect(() => verifiedContext(two)).toThrow(/guard is missing/);
  });
});
