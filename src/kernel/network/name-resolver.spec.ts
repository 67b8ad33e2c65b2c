import dns from 'node:dns/promises';
import { DnsNameResolver, type DnsResolverOptions } from './name-resolver';

type Answer = () => Promise<readonly string[]>;

/** One lookup as seen by the name servers. */
class FakeResolver {
  servers: readonly string[] | null = null;
  isCancelled = false;

  constructor(
    readonly options: { readonly timeout?: number; readonly tries?: number },
    readonly resolve4: (name: string) => Promise<readonly string[]>,
    readonly resolve6: (name: string) => Promise<readonly string[]>,
  ) {}

  setServers(servers: readonly string[]): void {
    this.servers = servers;
  }

  cancel(): void {
    this.isCancelled = true;
  }
}

const silent: Answer = () => new Promise(() => undefined);
const answers =
  (...addresses: readonly string[]): Answer =>
  () =>
    Promise.resolve(addresses);
const fails =
  (code?: string): Answer =>
  () =>
    Promise.reject(Object.assign(new Error('query failed'), { code }));

/** Returns two values: a resolver whose name servers give these answers, and the lookups that it makes. */
function resolverWith(ipv4: Answer, ipv6: Answer, options: DnsResolverOptions = {}) {
  const made: FakeResolver[] = [];
  jest.spyOn(dns, 'Resolver').mockImplementation(((given: FakeResolver['options']) => {
    const one = new FakeResolver(given, ipv4, ipv6);
    made.push(one);
    return one;
  }) as never);
  return { resolver: new DnsNameResolver(options), made };
}

/** Returns the number of timers that keep this process alive. */
const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the addresses of a name', () => {
  it.each<[string, Answer, Answer, readonly string[]]>([
    ['of both address families', answers('10.0.0.1', '8.8.8.8'), answers('::1'), ['10.0.0.1', '8.8.8.8', '::1']],
    ['of one family if the other family has no addresses (ENODATA)', fails('ENODATA'), answers('::1'), ['::1']],
    ['an empty list if the name does not exist (ENOTFOUND)', fails('ENOTFOUND'), fails('ENOTFOUND'), []],
  ])('are %s', async (_what, ipv4, ipv6, expected) => {
    expect(await resolverWith(ipv4, ipv6).resolver.addressesOf('a.example')).toEqual(expected);
  });

  it.each<[string, Answer, Answer]>([
    ['a server fails', fails('ESERVFAIL'), answers('::1')],
    ['a server refuses one family', answers('8.8.8.8'), fails('EREFUSED')],
    ['an error has no code', fails(), fails()],
  ])('cause an error, not an empty list, if %s', async (_what, ipv4, ipv6) => {
    await expect(resolverWith(ipv4, ipv6).resolver.addressesOf('a.example')).rejects.toThrow('query failed');
  });

  it('cause an error if no server responds in time, and the lookup ends', async () => {
    const { resolver, made } = resolverWith(silent, answers('::1'), { timeoutMs: 20 });
    await expect(resolver.addressesOf('a.example')).rejects.toThrow('did not respond in time');
    expect(made.map(({ isCancelled }) => isCancelled)).toEqual([true]);
  });

  it("come from the configured servers, or from the machine's servers", async () => {
    const given = resolverWith(answers(), answers(), { servers: ['192.0.2.1:53'] });
    await given.resolver.addressesOf('a.example');
    expect(given.made.map(({ servers }) => servers)).toEqual([['192.0.2.1:53']]);
    const own = resolverWith(answers(), answers());
    await own.resolver.addressesOf('a.example');
    expect(own.made.map(({ servers }) => servers)).toEqual([null]);
  });

  it('are requested again within the time limit if the first query is lost', async () => {
    const { resolver, made } = resolverWith(answers(), answers(), { timeoutMs: 601 });
    await resolver.addressesOf('a.example');
    expect(made.map(({ options }) => options)).toEqual([{ timeout: 301, tries: 2 }]);
  });

  it('do not keep the process alive, either during the lookup or afterward', async () => {
    const before = timers();
    let answer: (addresses: readonly string[]) => void = () => undefined;
    const ipv4: Answer = () => new Promise((resolve) => (answer = resolve));
    const asked = resolverWith(ipv4, answers()).resolver.addressesOf('a.example');
    expect(timers()).toBe(before);
    answer(['8.8.8.8']);
    await asked;
    expect(timers()).toBe(before);
  });

  it('are looked up once for concurrent callers and again for the next caller', async () => {
    const { resolver, made } = resolverWith(answers('8.8.8.8'), answers());
    const all = [resolver.addressesOf('a.example'), resolver.addressesOf('a.example')];
    expect(await Promise.all(all)).toEqual([['8.8.8.8'], ['8.8.8.8']]);
    expect(made).toHaveLength(1);
    await resolver.addressesOf('a.example');
    expect(made).toHaveLength(2);
  });

  it('are looked up for at most 256 names concurrently, whatever callers send', async () => {
    const waiting: (() => void)[] = [];
    const ipv4: Answer = () => new Promise((resolve) => waiting.push(() => resolve(['8.8.8.8'])));
    const { resolver, made } = resolverWith(ipv4, answers());
    const running = Array.from({ length: 256 }, (_, index) => resolver.addressesOf(`${index}.example`));
    await expect(resolver.addressesOf('one-too-many.example')).rejects.toThrow('Too many DNS lookups');
    const known = resolver.addressesOf('0.example');
    for (const end of waiting.splice(0)) end();
    await Promise.all([...running, known]);
    expect(made).toHaveLength(256);
    const next = resolver.addressesOf('next.example');
    for (const end of waiting) end();
    expect(await next).toEqual(['8.8.8.8']);
  });
});
