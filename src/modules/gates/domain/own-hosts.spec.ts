import { OwnHosts } from './own-hosts';

describe('hosts of the installation', () => {
  const own = new OwnHosts([
    'Auth.Example.COM.',
    '203.0.113.5',
    '2606:4700:0::1111',
    '[2606:4700::2]',
    'bücher.example',
    '%',
  ]);

  it.each(['auth.example.com', '203.0.113.5', '2606:4700::1111', '2606:4700::2', 'xn--bcher-kva.example'])(
    'include %s',
    (host) => {
      expect(own.has(host)).toBe(true);
    },
  );

  it.each(['example.com', 'a.auth.example.com', '203.0.113.6', ''])('do not include %j', (host) => {
    expect(own.has(host)).toBe(false);
  });
});
