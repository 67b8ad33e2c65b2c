import { addressKey } from './address-key';

describe('the rate limit key of an address', () => {
  it.each(['203.0.113.9', '127.0.0.1', 'unknown', ''])('is the address itself: %j', (address) => {
    expect(addressKey(address)).toBe(address);
  });

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
  ])('is the /64 network of %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('is the same for all addresses of a host and different for a neighboring host', () => {
    expect(addressKey('2001:db8:0:1:ffff::1')).toBe(addressKey('2001:db8:0:1::2'));
    expect(addressKey('2001:db8:0:1::1')).not.toBe(addressKey('2001:db8:0:2::1'));
  });

  it('is the IPv4 address of an IPv4-mapped address', () => {
    expect(addressKey('::ffff:203.0.113.9')).toBe('203.0.113.9');
  });
});
