import { AppError } from '../errors/app-error';
import { GroupCommit } from './group-commit';

interface Write {
  readonly items: readonly number[];
  readonly finish: (error?: Error) => void;
}

/** A store whose transactions end when the test ends them. */
function heldStore(): { readonly writes: Write[]; readonly write: (items: readonly number[]) => Promise<void> } {
  const writes: Write[] = [];
  const write = (items: readonly number[]): Promise<void> =>
    new Promise((resolve, reject) => {
      writes.push({ items, finish: (error) => (error ? reject(error) : resolve()) });
    });
  return { writes, write };
}

/** Waits long enough for everything that is ready to run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise(setImmediate);
}

/** Returns the state at each call: `waiting`, `done` or the error's message. */
function watch(promise: Promise<void>): () => string {
  let state = 'waiting';
  promise.then(
    () => (state = 'done'),
    (error: Error) => (state = error.message),
  );
  return () => state;
}

describe('group commit', () => {
  it('writes concurrent items in one transaction, in order', async () => {
    const { writes, write } = heldStore();
    const group = new GroupCommit({ write, maxBatch: 10, maxPending: 10 });
    const states = [1, 2, 3].map((item) => watch(group.add(item)));
    await settle();
    expect(writes.map(({ items }) => items)).toEqual([[1, 2, 3]]);
    expect(states.map((state) => state())).toEqual(['waiting', 'waiting', 'waiting']);
    writes[0]?.finish();
    await settle();
    expect(states.map((state) => state())).toEqual(['done', 'done', 'done']);
  });

  it('collects items that arrive during a transaction for the next transaction, and runs one transaction at a time', async () => {
    const { writes, write } = heldStore();
    const group = new GroupCommit({ write, maxBatch: 10, maxPending: 10 });
    const first = watch(group.add(1));
    await settle();
    const [second, third] = [watch(group.add(2)), watch(group.add(3))];
    await settle();
    expect(writes.map(({ items }) => items)).toEqual([[1]]);
    writes[0]?.finish();
    await settle();
    expect(writes.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    expect([first(), second(), third()]).toEqual(['done', 'waiting', 'waiting']);
    writes[1]?.finish();
    await settle();
    expect([second(), third()]).toEqual(['done', 'done']);
  });

  describe('with lanes', () => {
    const even = (item: number): string => (item % 2 === 0 ? 'even' : 'odd');
    const lanes = { of: even, atOnce: 2 };

    it('writes an item while another lane is being written and keeps the order within each lane', async () => {
      const { writes, write } = heldStore();
      const group = new GroupCommit({ write, maxBatch: 10, maxPending: 10, lanes });
      const odd = watch(group.add(1));
      await settle();
      for (const item of [3, 2, 5]) void group.add(item);
      await settle();
      void group.add(4);
      await settle();
      expect(writes.map(({ items }) => items)).toEqual([[1], [2]]);
      writes[1]?.finish();
      await settle();
      expect(writes.map(({ items }) => items)).toEqual([[1], [2], [4]]);
      expect(odd()).toBe('waiting');
      writes[0]?.finish();
      await settle();
      expect(writes.map(({ items }) => items)).toEqual([[1], [2], [4], [3, 5]]);
      expect(odd()).toBe('done');
    });

    it('combines waiting lanes into one transaction and limits concurrent transactions', async () => {
      const { writes, write } = heldStore();
      const tens = { of: (item: number): string => String(item % 10), atOnce: 2 };
      const group = new GroupCommit({ write, maxBatch: 10, maxPending: 10, lanes: tens });
      for (const item of [1, 2]) {
        void group.add(item);
        await settle();
      }
      for (const item of [3, 4, 11]) void group.add(item);
      await settle();
      expect(writes.map(({ items }) => items)).toEqual([[1], [2]]);
      writes[1]?.finish();
      await settle();
      expect(writes.map(({ items }) => items)).toEqual([[1], [2], [3, 4]]);
      const drained = watch(group.drain());
      writes[0]?.finish();
      await settle();
      expect(writes[3]?.items).toEqual([11]);
      writes[2]?.finish();
      await settle();
      expect(drained()).toBe('waiting');
      writes[3]?.finish();
      await settle();
      expect(drained()).toBe('done');
    });

    it('writes other lanes before items that did not fit into a transaction', async () => {
      const { writes, write } = heldStore();
      const group = new GroupCommit({ write, maxBatch: 2, maxPending: 10, lanes: { of: even, atOnce: 1 } });
      for (const item of [1, 3, 5, 7, 2]) void group.add(item);
      for (let i = 0; i < 3; i++) {
        await settle();
        writes[i]?.finish();
      }
      await settle();
      expect(writes.map(({ items }) => items)).toEqual([[1, 3], [2, 5], [7]]);
    });
  });

  it('splits items that exceed the batch size into several transactions', async () => {
    const { writes, write } = heldStore();
    const group = new GroupCommit({ write, maxBatch: 2, maxPending: 10 });
    const all = Promise.all([1, 2, 3, 4, 5].map((item) => group.add(item)));
    for (let i = 0; i < 3; i++) {
      await settle();
      writes[i]?.finish();
    }
    await all;
    expect(writes.map(({ items }) => items)).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('rejects only the item that the store rejects, not the other items in its transaction', async () => {
    const written: number[] = [];
    const group = new GroupCommit<number>({
      write: async (items) => {
        if (items.includes(13)) throw new Error('13 cannot be stored');
        written.push(...items);
      },
      maxBatch: 10,
      maxPending: 10,
    });
    const outcomes = await Promise.allSettled([1, 13, 2].map((item) => group.add(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(written).toEqual([1, 2]);
    await expect(group.add(3)).resolves.toBeUndefined();
  });

  it('reports an outage to each caller of a batch without retrying, then continues with the next batch', async () => {
    const { writes, write } = heldStore();
    const group = new GroupCommit({ write, maxBatch: 2, maxPending: 10 });
    const states = [1, 2, 3].map((item) => watch(group.add(item)));
    await settle();
    writes[0]?.finish(new AppError('unavailable', 'away'));
    await settle();
    writes[1]?.finish();
    await settle();
    expect(states.map((state) => state())).toEqual(['away', 'away', 'done']);
    expect(writes.map(({ items }) => items)).toEqual([[1, 2], [3]]);
    const later = watch(group.add(4));
    await settle();
    writes[2]?.finish();
    await settle();
    expect(later()).toBe('done');
  });

  it('survives a writer that throws synchronously', async () => {
    let calls = 0;
    const group = new GroupCommit<number>({
      write: () => {
        if (++calls === 1) throw new Error('no connection');
        return Promise.resolve();
      },
      maxBatch: 1,
      maxPending: 10,
    });
    await expect(group.add(1)).rejects.toThrow('no connection');
    await expect(group.add(2)).resolves.toBeUndefined();
  });

  it('rejects items while the queue is full and accepts them again when there is room', async () => {
    const { writes, write } = heldStore();
    const group = new GroupCommit({ write, maxBatch: 10, maxPending: 2 });
    const running = group.add(0);
    await settle();
    const waiting = [group.add(1), group.add(2)];
    await expect(group.add(3)).rejects.toMatchObject({ code: 'unavailable' });
    writes[0]?.finish();
    await settle();
    const again = group.add(4);
    writes[1]?.finish();
    await settle();
    writes[2]?.finish();
    await Promise.all([running, ...waiting, again]);
    expect(writes.map(({ items }) => items)).toEqual([[0], [1, 2], [4]]);
  });

  it('drains immediately when idle, otherwise after the last transaction, even if it failed', async () => {
    const { writes, write } = heldStore();
    const group = new GroupCommit({ write, maxBatch: 1, maxPending: 10 });
    await group.drain();
    const items = [group.add(1), group.add(2)].map((added) => added.catch(() => undefined));
    const drained = watch(group.drain());
    await settle();
    writes[0]?.finish();
    await settle();
    expect(drained()).toBe('waiting');
    writes[1]?.finish(new Error('gone'));
    await Promise.all(items);
    await settle();
    expect(drained()).toBe('done');
  });

  it('does not lose items that are added just as the last transaction ends', async () => {
    const group = new GroupCommit<number>({ write: () => Promise.resolve(), maxBatch: 5, maxPending: 50 });
    const added: Promise<void>[] = [];
    // Each item is added in the callback of the previous item, like a caller that writes twice.
    let chain = Promise.resolve();
    for (let i = 0; i < 20; i++) {
      chain = chain.then(() => {
        const one = group.add(i);
        added.push(one);
        return one;
      });
    }
    await chain;
    await expect(Promise.all(added)).resolves.toHaveLength(20);
  });
});
