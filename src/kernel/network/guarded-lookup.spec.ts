import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { ForbiddenAddress, guardedLookup } from './guarded-lookup';
import { isPublicAddress } from './public-address';

const PUBLIC: LookupAddress = { address: '1.1.1.1', family: 4 };
const PRIVATE: LookupAddress = { address: '10.0.0.1', family: 4 };

type Callback = (error: Error | null, addresses: readonly LookupAddress[]) => void;

/** Answers each look-up of a name by the next of these lists. */
function answerBy(...lists: readonly (readonly LookupAddress[])[]): void {
  const left = [...lists];
  const answer = (_name: string, _options: LookupOptions, callback: Callback): void =>
    callback(null, left.shift() ?? []);
  jest.spyOn(dns, 'lookup').mockImplementation(answer as unknown as typeof dns.lookup);
}

const lookUp = (options: LookupOptions = {}): Promise<unknown> =>
  new Promise((resolve, reject) => {
    guardedLookup(isPublicAddress)('example.com', options, (error, address) => {
      if (error) reject(error);
      else resolve(address);
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

  it('gives the addresses that were judged, whatever the name leads to a moment later', async () => {
    answerBy([PUBLIC, PUBLIC], [PRIVATE]);
    expect(await lookUp({ all: true })).toEqual([PUBLIC, PUBLIC]);
    answerBy([PUBLIC], [PRIVATE]);
    expect(await lookUp()).toBe(PUBLIC.address);
  });

  it('fails for a name without an address', async () => {
    answerBy([]);
    await expect(lookUp({ all: true })).rejects.toThrow('no address');
  });
});
