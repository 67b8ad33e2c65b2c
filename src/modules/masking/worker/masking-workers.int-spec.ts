import { newSlowWork } from '../../../../test/support/slow-work';
import { TaskStopped } from '../../../kernel/threads/task-stopped';
import { newMaskingRules } from '../contract/masking-rules.types';
import { compileRules } from '../domain/compiled-rules';
import { Masker, NO_OPTIONS } from '../domain/masker';
import { testRing } from '../domain/test-keys';
import type { MaskingJob } from './masking-job';
import { MaskingWorkers } from './masking-workers';

const EMAIL = 'ada@example.com';
const RULES = newMaskingRules.parse({ strategy: 'tokenise', fields: [{ field: 'salary', strategy: 'format' }] });
const ring = testRing('tnt-a', 2);

const job = (input: string, kind: MaskingJob['kind'] = 'text'): MaskingJob => ({
  kind,
  input,
  rules: RULES,
  wish: { ...NO_OPTIONS, extraPatterns: ['(?=x)', 'C-\\d+'] },
  ring,
});

describe('threads that mask', () => {
  let workers: MaskingWorkers;

  beforeAll(() => {
    workers = new MaskingWorkers(newSlowWork());
  });

  afterAll(() => workers.onModuleDestroy());

  it('mask like the main thread, with the same keys', async () => {
    const json = JSON.stringify({ email: EMAIL, salary: '123456789', note: 'C-12', n: '12345678901234567890' });
    const texts: [string, MaskingJob['kind']][] = [
      [`to ${EMAIL} of C-7`, 'text'],
      [json.replace('"12345678901234567890"', '12345678901234567890'), 'json'],
    ];
    for (const [input, kind] of texts) {
      const { wish } = job(input);
      expect(await workers.mask('tnt-a', job(input, kind))).toEqual(
        new Masker(compileRules(RULES), wish, ring)[kind](input),
      );
    }
  });

  it('pass on refusals and continue', async () => {
    await expect(workers.mask('tnt-a', job('{"a"', 'json'))).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await workers.mask('tnt-a', job('fine'))).toMatchObject({ text: 'fine' });
  });

  it('never both work for one tenant', async () => {
    const running = new AbortController();
    const ended: string[] = [];
    const mine = ['a1', 'a2'].map((name) =>
      workers.mask('tnt-a', job(`${EMAIL} `.repeat(500_000)), running.signal).then(
        () => ended.push(name),
        () => undefined,
      ),
    );
    await workers.mask('tnt-b', job('mine'));
    expect(ended).toEqual([]);
    expect(workers.size).toBe(2);
    running.abort();
    await Promise.all(mine);
  });

  it('refuse only a tenant whose requests fill its share of the queue', async () => {
    const long = 'x'.repeat(6 * 1024 * 1024);
    const mine = Promise.allSettled(Array.from({ length: 12 }, () => workers.mask('tnt-a', job(long))));
    const other = workers.mask('tnt-b', job('mine'));
    const refused = (await mine).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const one of refused) expect(one).toMatchObject({ reason: { code: 'unavailable' } });
    expect(await other).toMatchObject({ text: 'mine' });
  });

  it('stop work whose caller is no longer waiting', async () => {
    const running = new AbortController();
    const first = workers.mask('tnt-a', job(`${EMAIL} `.repeat(500_000)), running.signal);
    running.abort();
    await expect(first).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await workers.mask('tnt-a', job('next'))).toMatchObject({ text: 'next' });
  });

  it.each([
    ['cpu', 'Masking took too much CPU time. Send less in one request.'],
    ['memory', 'Masking took too much memory. Send less in one request.'],
  ] as const)('refuse a text that exceeds its limit for %s, and never return it', async (reason, message) => {
    const run = jest.spyOn(workers, 'run').mockRejectedValueOnce(new TaskStopped(reason));
    const stopped = workers.mask('tnt-a', job(EMAIL));
    run.mockRestore();
    await expect(stopped).rejects.toMatchObject({ code: 'unprocessable', message });
  });
});
