import { type NameServer, openNameServer } from '../../../test/support/name-server';
import { DnsNameResolver } from './name-resolver';

let server: NameServer;
let resolver: DnsNameResolver;

beforeAll(async () => {
  server = await openNameServer({
    'both.example': { A: ['10.0.0.1', '8.8.8.8'], AAAA: ['2606:4700:4700::1111'] },
    'four.example': { A: ['8.8.4.4'] },
    'empty.example': {},
    'fails.example': 'fails',
    'silent.example': 'silent',
  });
  resolver = new DnsNameResolver({ servers: [server.address], timeoutMs: 600 });
});

afterAll(() => server.close());

describe('the addresses of a name', () => {
  it('include both families', async () => {
    expect(await resolver.addressesOf('both.example')).toEqual(['10.0.0.1', '8.8.8.8', '2606:4700:4700::1111']);
    expect(await resolver.addressesOf('four.example')).toEqual(['8.8.4.4']);
  });

  it.each(['none.example', 'empty.example'])('are empty for %s', async (name) => {
    expect(await resolver.addressesOf(name)).toEqual([]);
  });

  it.each(['silent.example', 'fails.example'])('of %s fail quickly with an error', async (name) => {
    await expect(resolver.addressesOf(name)).rejects.toThrow();
  });

  it('are looked up once for concurrent callers', async () => {
    server.asked.length = 0;
    await Promise.all(Array.from({ length: 20 }, () => resolver.addressesOf('both.example')));
    expect(server.asked).toEqual(['both.example', 'both.example']);
  });
});
