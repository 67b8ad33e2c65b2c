import { HashQueue } from './hash-queue';

/** Creates work that runs until it is released. */
function held(): { work: () => Promise<string>; release: () => void; readonly started: () => boolean } {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let started = false;
  const work = async (): Promise<string> => {
    started = true;
    await gate;
    return 'done';
  };
  return { work, release: () => release(), started: () => started };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the queue of password hashes', () => {
  it('computes two hashes at a time, and then computes the rest in order', async () => {
    const queue = new HashQueue(2, 10);
    const jobs = [held(), held(), held(), held()];
    const results = jobs.map(({ work }) => queue.run(work));
    await turn();
    expect(jobs.map(({ started }) => started())).toEqual([true, true, false, false]);
    jobs[1]?.release();
    await turn();
    expect(jobs.map(({ started }) => started())).toEqual([true, true, true, false]);
    for (const { release } of jobs) release();
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('rejects a hash immediately when too many are waiting, and accepts new hashes afterward', async () => {
    const queue = new HashQueue(1, 1);
    const [running, waiting] = [held(), held()];
    const results = [queue.run(running.work), queue.run(waiting.work)];
    await expect(queue.run(() => Promise.resolve())).rejects.toMatchObject({ code: 'unavailable' });
    running.release();
    waiting.release();
    await Promise.all(results);
    expect(await queue.run(() => Promise.resolve('again'))).toBe('again');
  });

  it('frees the slot of work that fails', async () => {
    const queue = new HashQueue(1, 1);
    await expect(queue.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await queue.run(() => Promise.resolve('works'))).toBe('works');
  });
});
