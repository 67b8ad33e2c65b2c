import { createContext, runInContext } from 'node:vm';
import { ESCAPES, escapeFunction, escapeModule } from '../../../../test/support/sandbox-escapes';
import { runJob, SkillThreads } from '../../../../test/support/skill-run';

let threads: SkillThreads;

beforeAll(async () => {
  threads = new SkillThreads({ memoryBytes: 64 * 1_048_576 });
  await threads.pool.start();
});

afterAll(() => threads.pool.close());

const run = (code: string) =>
  threads.run({
    tenantId: 'tnt-a',
    host: {
      call: () => Promise.reject(new Error('no')),
      nested: () => Promise.reject(new Error('no')),
      log: () => undefined,
      progress: () => undefined,
    },
    job: runJob(code, { input: { a: 1 }, capabilities: ['http'] }),
  });

describe('published sandbox escapes', () => {
  it('number at least sixty', () => {
    expect(new Set(ESCAPES.map(([name]) => name)).size).toBeGreaterThanOrEqual(60);
  });

  it.each(ESCAPES)('%s: fails', async (_name, body) => {
    const outcome = await run(escapeModule(body));
    expect(JSON.stringify(outcome)).not.toContain('ESCAPED');
    expect(['output', 'thrown', 'stopped', 'limit']).toContain(outcome.kind);
  });

  it('leave the thread and the next run unchanged', async () => {
    for (const [, body] of ESCAPES.slice(0, 20)) await run(escapeModule(body));
    const clean = 'export default (i) => [Object.keys(Object.prototype), typeof globalThis.got, typeof process, i.a]';
    expect(await run(clean)).toEqual({ kind: 'output', value: '[[],"undefined","undefined",1]' });
  });

  it('include some that escape node:vm, which proves that this test can fail', async () => {
    const outcomes = await Promise.all(
      ESCAPES.slice(0, 11).map(([, body]) => {
        const context = createContext({
          console,
          capabilities: { log: console.log, progress: console.log },
          input: {},
        });
        const escaped = runInContext(`(${escapeFunction(body)}).call(this, input, capabilities)`, context) as unknown;
        return Promise.resolve(escaped);
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'ESCAPED').length).toBeGreaterThanOrEqual(4);
  });
});
