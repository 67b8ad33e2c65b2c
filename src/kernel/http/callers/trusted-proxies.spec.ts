import { isProxyEntry, trustedProxies } from './trusted-proxies';

describe('trusted proxies', () => {
  const proxies = trustedProxies(['10.0.0.1', '10.244.0.0/16', 'fd00:1::/32', '192.168.7.9/24']);

  it.each(['10.0.0.1', '10.244.0.0', '10.244.255.255', 'fd00:1::5', '192.168.7.200'])('include %s', (address) => {
    expect(proxies.has(address)).toBe(true);
  });

  it.each(['10.0.0.2', '10.245.0.0', 'fd00:2::5', '192.168.8.1', '', 'unix', 'fe80::1%eth0'])(
    'do not include %p',
    (address) => {
      expect(proxies.has(address)).toBe(false);
    },
  );

  it.each(['127.0.0.1', '::1', '10.0.0.0/8', '2001:db8::/32', '10.0.0.1/32', '::1/128'])('can be %s', (entry) => {
    expect(isProxyEntry(entry)).toBe(true);
  });

  it.each(['localhost', '0.0.0.0/0', '10.0.0.0/7', '::/0', '10.0.0.0/33', '::1/129', '10.0.0.0/', '1.2.3.4/8/8', '/8'])(
    'cannot be %s',
    (entry) => {
      expect(isProxyEntry(entry)).toBe(false);
    },
  );
});
