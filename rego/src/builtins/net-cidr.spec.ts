import { LimitExceeded } from '../errors.js';
import { NET_CIDR } from './net-cidr.js';
import { callWithJson, callWithValues, hurriedContext, testContext } from './testing/call-builtin.js';

const call = (name: string, ...args: unknown[]): unknown => callWithJson(NET_CIDR, `net.${name}`, args);

describe('net', () => {
  test.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.0.0.0/8', '10.0.0.0/7', false],
    ['::/0', '10.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.0.0.1', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    [
      '10.0.0.0/8',
      '010.0.0.1',
      'eval_builtin_error: not a valid textual representation of an IP address or CIDR: 010.0.0.1',
    ],
    ['10.0.0.0/33', '10.0.0.1', 'eval_builtin_error: invalid CIDR address: 10.0.0.0/33'],
  ])('cidr_contains %s, %s', (cidr, part, expected) => {
    expect(call('cidr_contains', cidr, part)).toBe(expected);
  });

  test('cidr_contains_matches identifies array items by index, object members by key, and set members by element', () => {
    expect(
      call('cidr_contains_matches', { a: '10.0.0.0/8', b: ['11.0.0.0/8', 'x'] }, ['10.1.1.1', '11.1.1.1']),
    ).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });

  test('cidr_contains_matches refuses a number in a tuple', () => {
    expect(call('cidr_contains_matches', [[1]], '10.0.0.1')).toBe(
      'eval_type_error: operand 1 must be string but got number',
    );
  });

  test.each([
    ['10.0.0.0/25', '10.0.0.128/25', false],
    ['10.0.0.0/24', '10.0.0.128/25', true],
  ])('cidr_intersects %s, %s', (a, b, expected) => {
    expect(call('cidr_intersects', a, b)).toBe(expected);
    expect(call('cidr_intersects', b, a)).toBe(expected);
  });

  test.each([
    [[], []],
    [
      ['10.0.0.0/32', '10.0.0.1/32', '10.0.0.2/32'],
      ['10.0.0.0/31', '10.0.0.2/32'],
    ],
    [['10.0.0.0/24', '10.0.0.0/24'], ['10.0.0.0/24']],
    [['2001:db8::/65', '2001:db8:0:0:8000::/65'], ['2001:db8::/64']],
    [['192.168.1.1'], ['192.168.1.1/24']],
    [['::1'], 'eval_builtin_error: IPv6 invalid: needs prefix length'],
    [[1], 'eval_builtin_error: element must be string'],
  ])('cidr_merge %j', (networks, expected) => {
    expect(call('cidr_merge', networks)).toEqual(expected);
  });

  test('cidr_expand formats IPv6 addresses as in RFC 5952', () => {
    expect(call('cidr_expand', '2001:db8:0:0:1:0:0:0/127')).toEqual(['2001:db8:0:0:1::', '2001:db8::1:0:0:1']);
  });

  test('cidr_expand of a large network stops at a limit', () => {
    expect(() => callWithValues(NET_CIDR, 'net.cidr_expand', ['::/0'], hurriedContext())).toThrow(LimitExceeded);
  });

  test.each(['::g/64', '1.2.3/8', '1.2.3.4', '1::2::3/8', '1:2:3:4:5:6:7:8:9/1', 1])('%j is not a CIDR', (text) => {
    expect(call('cidr_is_valid', text)).toBe(false);
  });

  test('lookup_ip_addr accepts IP addresses and does not resolve host names', () => {
    expect(call('lookup_ip_addr', '2001:DB8::1')).toEqual(['2001:db8::1']);
    expect(call('lookup_ip_addr', 'example.com')).toBe('eval_builtin_error: unallowed host: example.com');
    const context = testContext({ allowedHosts: ['example.com'] });
    expect(callWithJson(NET_CIDR, 'net.lookup_ip_addr', ['example.com'], context)).toMatch(/without network access/);
  });
});
