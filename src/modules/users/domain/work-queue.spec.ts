import { WorkQueue } from './work-queue';

/** Creates work that runs until the test ends it. */
function held(): { readonly work: () => Promise<void>; readonly begun: () => boolean; readonly end: () => void } {
  let begun = false;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    work: () => {
      begun = true;
      return ended;
    },
    begun: () => begun,
    end: () => {
      end();
    },
  };
}

const turn = async (): Promise<void> => {
  for (let i = 0; i < 2; i++) await new Promise(setImmediate);
};

describe('WorkQueue', () => {
  it('does not start work synchronously', async () => {
    const queue = new WorkQueue({ maxRunning: 1, maxWaiting: 2, maxWaitingOfOne: 2 });
    const job = held();
    expect(queue.add('a', job.work)).toBe(true);
    expect(job.begun()).toBe(false);
    job.end();
    await queue.drain();
    expect(job.begun()).toBe(true);
  });

  it('runs as many jobs at a time as its limit allows, and then runs the others in order', async () => {
    const queue = new WorkQueue({ maxRunning: 2, maxWaiting: 10, maxWaitingOfOne: 10 });
    const jobs = [held(), held(), held()] as const;
    for (const { work } of jobs) queue.add('a', work);
    await turn();
    expect(jobs.map(({ begun }) => begun())).toEqual([true, true, false]);
    jobs[1].end();
    await turn();
    expect(jobs[2].begun()).toBe(true);
    for (const { end } of jobs) end();
    await queue.drain();
  });

  it('limits the share of one owner and leaves the rest to others', async () => {
    const queue = new WorkQueue({ maxRunning: 1, maxWaiting: 4, maxWaitingOfOne: 2 });
    const done: string[] = [];
    const note = (name: string) => () => {
      done.push(name);
      return Promise.resolve();
    };
    expect(['a1', 'a2', 'a3', 'b1', 'c1', 'd1'].map((name) => queue.add(name[0] ?? '', note(name)))).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
    await queue.drain();
    expect(done).toEqual(['a1', 'a2', 'b1', 'c1']);
    expect(queue.add('a', note('again'))).toBe(true);
    await queue.drain();
    expect(done.at(-1)).toBe('again');
  });
});
