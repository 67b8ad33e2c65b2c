import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { runJob, SkillThreads } from '../../../../test/support/skill-run';
import type { ThreadOutcome } from './thread-job';

let threads: SkillThreads;

beforeAll(async () => {
  threads = new SkillThreads({ memoryBytes: 64 * 1_048_576 });
  await threads.pool.start();
});

afterAll(() => threads.pool.close());

const run = (text: string, job: Parameters<typeof runJob>[1] = {}): Promise<ThreadOutcome> =>
  threads.run({
    tenantId: 'tnt-a',
    job: runJob(`export default async (input) => { ${text} }`, { wallMs: 300_000, ...job }),
  });

/** Keeps all processors busy while `work` runs, at a higher priority than skill threads. */
async function onBusyMachine<T>(work: () => Promise<T>): Promise<T> {
  const spinners = Array.from({ length: 2 * availableParallelism() }, () => new Worker('for (;;);', { eval: true }));
  try {
    await Promise.all(spinners.map((spinner) => new Promise((resolve) => spinner.once('online', resolve))));
    return await work();
  } finally {
    await Promise.all(spinners.map((spinner) => spinner.terminate()));
  }
}

/** A schema that checks each level of a value in two ways, so that each level takes twice as much work as the level above. */
const within = { properties: { a: { $ref: '#' } } };
const DOUBLING = JSON.stringify({
  anyOf: [{ ...within, required: ['z'] }, { ...within, required: ['y'] }, { maxProperties: 1 }],
});
const LEVELS = 18;
const DEEP: unknown = JSON.parse(`${'{"a":'.repeat(LEVELS)}1${'}'.repeat(LEVELS)}`);

describe('the processor time of a run', () => {
  it('counts only the run’s own thread, so that honest code succeeds on a busy machine', async () => {
    // Takes more wall-clock time than its limit on processor time, but uses only part of that limit.
    const honest = 'const until = Date.now() + 2_500; while (Date.now() < until); return true';
    expect(await onBusyMachine(() => run(honest, { cpuMs: 1_500 }))).toEqual({ kind: 'output', value: 'true' });
  });

  it('includes the time to check the input', async () => {
    expect(await run('return 1', { input: DEEP, inputSchema: DOUBLING, cpuMs: 100 })).toEqual({
      kind: 'stopped',
      why: 'cpu',
    });
    expect(await run('return 1', { input: DEEP, inputSchema: DOUBLING, cpuMs: 30_000 })).toMatchObject({
      kind: 'output',
    });
  });

  it('includes the time to check the output', async () => {
    const job = { input: DEEP, outputSchema: DOUBLING };
    expect(await run('return input', { ...job, cpuMs: 100 })).toEqual({ kind: 'stopped', why: 'cpu' });
    expect(await run('return input', { ...job, cpuMs: 30_000 })).toMatchObject({ kind: 'output' });
  });

  it('is one budget for input, code and output', async () => {
    const tenth = 'for (let i = 0, sum = 0; i < 5e5; i++) sum += i';
    const loop = `for (;;) { ${tenth} }`;
    expect(await run(loop, { input: DEEP, inputSchema: DOUBLING, cpuMs: 1_000 })).toEqual({
      kind: 'stopped',
      why: 'cpu',
    });
  });
});
