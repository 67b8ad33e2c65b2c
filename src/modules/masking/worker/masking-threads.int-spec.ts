import { newMaskingRules } from '../contract/masking-rules.types';
import { compileRules } from '../domain/compiled-rules';
import { Masker, NO_WISH } from '../domain/masker';
import { testRing } from '../domain/test-keys';
import type { MaskingJob } from './masking-job';
import { MaskingThread } from './masking-thread';
import { MaskingThreads } from './masking-threads';

const EMAIL = 'ada@example.com';
const RULES = newMaskingRules.parse({ strategy: 'tokenise', fields: [{ field: 'salary', strategy: 'format' }] });
const ring = testRing('tnt-a', 2);

const job = (input: string, kind: MaskingJob['kind'] = 'text'): MaskingJob => ({
  kind,
  input,
  rules: RULES,
  wish: { ...NO_WISH, extraPatterns: ['(?=x)', 'C-\\d+'] },
  ring,
});

describe('threads', () => {
  let threads: MaskingThreads;

  beforeAll(() => {
    threads = new MaskingThreads();
  });

  afterAll(() => threads.onModuleDestroy());

  it('mask as this one would, with the same keys', async () => {
    const json = JSON.stringify({ email: EMAIL, salary: '123456789', note: 'C-12', n: '12345678901234567890' });
    const texts: [string, MaskingJob['kind']][] = [
      [`to ${EMAIL} of C-7`, 'text'],
      [json.replace('"12345678901234567890"', '12345678901234567890'), 'json'],
    ];
    for (const [input, kind] of texts) {
      const { wish } = job(input);
      expect(await threads.run('tnt-a', job(input, kind))).toEqual(
        new Masker(compileRules(RULES), wish, ring)[kind](input),
      );
    }
  });

  it('tell a refusal in its own words, and go on', async () => {
    await expect(threads.run('tnt-a', job('{"a"', 'json'))).rejects.toMatchObject({ code: 'invalid_request' });
    expect(await threads.run('tnt-a', job('fine'))).toMatchObject({ text: 'fine' });
  });

  it('take only so much of one tenant that another still gets in', async () => {
    const long = 'x'.repeat(6 * 1024 * 1024);
    const mine = Array.from({ length: 12 }, () => threads.run('tnt-a', job(long)));
    const other = threads.run('tnt-b', job('mine'));
    const outcomes = await Promise.allSettled(mine);
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'unavailable' });
    }
    expect(await other).toMatchObject({ text: 'mine' });
  });

  it('are never all at work for one tenant', async () => {
    const ended: string[] = [];
    const run = (owner: string, name: string, text: string): Promise<unknown> =>
      threads.run(owner, job(text)).then(() => ended.push(name));
    const long = `${EMAIL} `.repeat(30_000);
    const mine = ['a1', 'a2'].map((name) => run('tnt-a', name, long));
    const other = run('tnt-b', 'b', 'mine');
    await Promise.all([...mine, other]);
    expect(ended[0]).toBe('b');
  });

  it('serve tenants by turns', async () => {
    const ended: string[] = [];
    const run = (owner: string, name: string, text: string): Promise<unknown> =>
      threads.run(owner, job(text)).then(() => ended.push(name));
    const long = `${EMAIL} `.repeat(20_000);
    const all = [
      run('tnt-x', 'x', long),
      ...['a1', 'a2', 'a3', 'a4'].map((name) => run('tnt-a', name, 'short')),
      run('tnt-b', 'b', 'short'),
    ];
    await Promise.all(all);
    expect(ended.indexOf('b')).toBeLessThan(ended.indexOf('a3'));
  });

  it('give up what nobody waits for', async () => {
    const [running, waiting] = [new AbortController(), new AbortController()];
    const late = new AbortController();
    late.abort();
    const first = threads.run('tnt-a', job(`${EMAIL} `.repeat(500_000)), running.signal);
    const second = threads.run('tnt-a', job('second'), waiting.signal);
    const third = threads.run('tnt-a', job('third'));
    const never = threads.run('tnt-a', job('never'), late.signal);
    waiting.abort();
    running.abort();
    for (const unwanted of [first, second, never]) {
      await expect(unwanted).rejects.toMatchObject({ code: 'invalid_request' });
    }
    expect(await third).toMatchObject({ text: 'third' });
  });

  it('end with the process, and what waits with them', async () => {
    const waiting = Array.from({ length: 6 }, (_, index) =>
      threads.run(`tnt-${index}`, job(`${EMAIL} `.repeat(20_000))),
    );
    const outcomes = Promise.allSettled(waiting);
    await threads.onModuleDestroy();
    for (const { status } of await outcomes) expect(status).toBe('rejected');
    await expect(threads.run('tnt-a', job('late'))).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a thread', () => {
  it('that takes too long is ended, and the text is not masked', async () => {
    const thread = new MaskingThread();
    const endless = thread.run(job(`${EMAIL} `.repeat(500_000)), 50);
    await expect(endless).rejects.toMatchObject({ name: 'AppError', code: 'unprocessable' });
    expect(thread.usable).toBe(false);
    await thread.end();
  });
});
