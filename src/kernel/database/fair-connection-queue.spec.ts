import { FairConnectionQueue } from './fair-connection-queue';

const SIZE = 4;
const WAIT_MS = 60_000;

/** Starts work that holds a connection until `end` is called. */
function held(turns: FairConnectionQueue, owner: string, began: string[], over?: { readonly signal: AbortSignal }) {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const done = turns.run(owner, over, () => {
    began.push(owner);
    return promise;
  });
  // Some of these promises outlive their test and are rejected when no code awaits them anymore.
  done.catch(() => undefined);
  return { done, end: () => resolve(undefined) };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the fair connection queue', () => {
  it('gives all connections to one tenant while no other tenant needs a connection', async () => {
    const turns = new FairConnectionQueue(SIZE, WAIT_MS);
    const began: string[] = [];
    for (let index = 0; index < 6; index += 1) held(turns, 'a', began);
    await settle();
    expect(began).toHaveLength(SIZE);
  });

  it('prefers the tenant with the fewest connections, regardless of arrival order', async () => {
    const turns = new FairConnectionQueue(SIZE, WAIT_MS);
    const began: string[] = [];
    const busy = Array.from({ length: 8 }, () => held(turns, 'a', began));
    held(turns, 'b', began);
    held(turns, 'c', began);
    busy[0]?.end();
    busy[1]?.end();
    busy[2]?.end();
    await settle();
    expect(began).toEqual(['a', 'a', 'a', 'a', 'b', 'c', 'a']);
  });

  it('releases the connection if the work fails', async () => {
    const turns = new FairConnectionQueue(1, WAIT_MS);
    await expect(turns.run('a', undefined, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turns.run('b', undefined, () => Promise.resolve('yes'))).toBe('yes');
  });

  it('does not keep a connection for a caller that aborts or times out', async () => {
    const turns = new FairConnectionQueue(1, 1);
    const began: string[] = [];
    const first = held(turns, 'a', began);
    const gone = new AbortController();
    const left = held(turns, 'b', began, gone);
    gone.abort();
    await expect(left.done).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await expect(held(turns, 'b', began).done).rejects.toMatchObject({ reason: 'store_unavailable' });
    await expect(held(turns, 'b', began, gone).done).rejects.toMatchObject({ code: 'deadline_exceeded' });
    first.end();
    await first.done;
    held(turns, 'c', began);
    await settle();
    expect(began).toEqual(['a', 'c']);
  });

  it('does not lose a connection when a caller aborts just as its turn comes', async () => {
    const turns = new FairConnectionQueue(1, WAIT_MS);
    const began: string[] = [];
    const first = held(turns, 'a', began);
    const gone = new AbortController();
    const left = held(turns, 'b', began, gone);
    first.end();
    // Only callbacks that are already due run between this line and the end of the first work.
    gone.abort();
    await first.done;
    await expect(left.done).rejects.toMatchObject({ code: 'deadline_exceeded' });
    held(turns, 'c', began);
    await settle();
    expect(began).toEqual(['a', 'c']);
  });

  it('shares released connections fairly, even if many are released at the same time', async () => {
    const turns = new FairConnectionQueue(SIZE, WAIT_MS);
    const began: string[] = [];
    const busy = Array.from({ length: SIZE }, () => held(turns, 'a', began));
    for (const owner of ['b', 'b', 'b', 'c']) held(turns, owner, began);
    for (const { end } of busy) end();
    await settle();
    expect(began.slice(SIZE)).toEqual(['b', 'c', 'b', 'b']);
  });
});
