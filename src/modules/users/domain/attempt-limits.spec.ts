import { accountKey, addressKey, anywhereKey } from './attempt-limits';

describe('the key under which failed sign-ins are counted', () => {
  it('differs for each account, tenant and address', () => {
    const keys = [
      accountKey('tnt-a', 'ada@example.com'),
      accountKey('tnt-b', 'ada@example.com'),
      accountKey('tnt-a', 'bob@example.com'),
      anywhereKey('ada@example.com'),
      addressKey('192.0.2.1'),
      addressKey('192.0.2.2'),
    ].map((key) => key.toString('hex'));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('cannot collide when a tenant or address contains a separator', () => {
    expect(accountKey('a","b', 'c')).not.toEqual(accountKey('a', 'b","c'));
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:db8::1', '2001:0db8:0:0::2'],
    ['::1', '0:0:0:0:1:2:3:4'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::192.0.2.2'],
  ])('is the same for %s and %s, which are in the same network', (one, other) => {
    expect(addressKey(one)).toEqual(addressKey(other));
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8:1::', '2001:db8:2::'],
  ])('differs for %s and %s, which are in different networks', (one, other) => {
    expect(addressKey(one)).not.toEqual(addressKey(other));
  });
});
