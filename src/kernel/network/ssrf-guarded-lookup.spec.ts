import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { ForbiddenAddress, guardedLookup } from './ssrf-guarded-lookup';
import { isPublicAddress } from './public-address';

const PUBLIC: LookupAddress = { address: '1.1.1.1', family: 4 };
const PRIVATE: LookupAddress = { address: '10.0.0.1', family: 4 };

type Callback = (error: Error | null, addresses: readonly LookupAddress[]) => void;

/** Answers each lookup of a name with the next of these lists. */
function answerBy(...lists: readonly (readonly LookupAddress[])[]): void {
  const left = [...lists];
  const answer = (_name: string, _options: LookupOptions, callback: Callback): void =>
    callback(null, left.shift() ?? []);
  jest.spyOn(dns, 'lookup').mockImplementation(answer as unknown as typeof dns.lookup);
}

const lookUp = (options: LookupOptions = {}): Promise<unknown> =>
  new Promise((resolve, reject) => {
    guardedLookup(isPublicAddress)('example.com', options, (error, address, family) => {
      if (error) reject(error);
      else resolve(family === undefined ? address : [address, family]);
    });
  });

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a guarded look-up', () => {
  it.each([
    ['the only one', [PRIVATE]],
    ['the first', [PRIVATE, PUBLIC]],
    ['the last', [PUBLIC, PUBLIC, PRIVATE]],
  ])('fails when %s of the addresses is not allowed', async (_which, addresses) => {
    for (const all of [true, false]) {
      answerBy(addresses);
      await expect(lookUp({ all })).rejects.toBeInstanceOf(ForbiddenAddress);
    }
  });

  it('returns the addresses that were checked, even if the name resolves differently a moment later', async () => {
    answerBy([PUBLIC, PUBLIC], [PRIVATE]);
    expect(await lookUp({ all: true })).toEqual([PUBLIC, PUBLIC]);
    answerBy([PUBLIC], [PRIVATE]);
    expect(await lookUp()).toEqual([PUBLIC.address, PUBLIC.family]);
  });

  it('fails for a name without an address', async () => {
    for (const all of [true, false]) {
      answerBy([]);
      await expect(lookUp({ all })).rejects.toThrow('no address');
    }
  });

  it('fails with the error of the name lookup', async () => {
    const notFound = new Error('getaddrinfo ENOTFOUND example.com');
    const answer = (_name: string, _options: LookupOptions, callback: (error: Error) => void): void =>
      callback(notFound);
    jest.spyOn(dns, 'lookup').mockImplementation(answer as unknown as typeof dns.lookup);
    await expect(lookUp({ all: true })).rejects.toBe(notFound);
  });

  it('uses the family and hints of the connection, if any', async () => {
    answerBy([PUBLIC], [PUBLIC]);
    await lookUp({ family: 6, hints: dns.ADDRCONFIG });
    await lookUp();
    const asked = jest.mocked(dns.lookup).mock.calls.map((call) => call[1]);
    expect(asked).toEqual([
      { family: 6, hints: dns.ADDRCONFIG, all: true },
      { family: 0, hints: 0, all: true },
    ]);
  });
});
