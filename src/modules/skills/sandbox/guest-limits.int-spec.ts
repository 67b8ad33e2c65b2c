import { runJob, SkillThreads } from '../../../../test/support/skill-run';
import { SKILL_LIMITS } from '../contract/skill-limits';
import type { ThreadHost } from './thread-host';
import type { RunJob, ThreadOutcome } from './thread-job';

let threads: SkillThreads;
let logged: { readonly stream: string; readonly text: string }[];
let progress: unknown[];
let calls: { readonly name: string; readonly args: unknown }[];

beforeAll(async () => {
  threads = new SkillThreads({ memoryBytes: 64 * 1_048_576 });
  await threads.pool.start();
});

beforeEach(() => {
  logged = [];
  progress = [];
  calls = [];
});

afterAll(() => threads.pool.close());

const host: ThreadHost = {
  call: (name, args) => {
    calls.push({ name, args });
    return Promise.resolve('given');
  },
  nested: (name, input) => {
    calls.push({ name, args: input });
    return Promise.resolve(input);
  },
  log: (stream, text) => void logged.push({ stream, text }),
  progress: (told) => void progress.push(told),
};

const ALL = ['http', 'secrets', 'files', 'flags', 'skills'];
const run = (text: string, job: Partial<RunJob> = {}): Promise<ThreadOutcome> => {
  const code = `export default async (input, capabilities) => { ${text} }`;
  return threads.run({
    tenantId: 'tnt-a',
    host,
    job: { ...runJob(code, { capabilities: ALL, cpuMs: 10_000, wallMs: 60_000 }), ...job },
  });
};
/** Replaces every function with which the guest script could shorten a string. */
const UNCUT = `
  String.prototype.slice = String.prototype.substring = String.prototype.substr = function () { return this.valueOf() };
  Array.prototype.slice = Array.prototype.splice = function () { return this };
  String.prototype.split = () => []; `;
const linesOf = (): readonly string[] =>
  logged
    .map(({ text }) => text)
    .join('')
    .split('\n')
    .slice(0, -1);
const outputOf = (outcome: ThreadOutcome): unknown => {
  expect(outcome).toMatchObject({ kind: 'output' });
  return outcome.kind === 'output' ? (JSON.parse(outcome.value) as unknown) : null;
};

describe('the log of code', () => {
  it('is truncated line by line outside the sandbox', async () => {
    outputOf(await run(`${UNCUT} console.log('x'.repeat(1e6)); console.log('y'.repeat(5e6)); console.log('z')`));
    expect(linesOf().map((line) => line.length)).toEqual([16_385, expect.any(Number), 1]);
    expect(linesOf()[1]).toContain('too long');
  });

  it('has a maximum number of lines, including empty lines, and is sent in far fewer messages', async () => {
    outputOf(await run(`for (let i = 0; i < 50000; i++) console.log(''); return 1`));
    expect(linesOf()).toHaveLength(SKILL_LIMITS.maxLogLines + 1);
    expect(linesOf().at(-1)).toContain('reached its limit');
    expect(logged.length).toBeLessThan(1_000);
  });

  it.each(['\\n', '\\r', '\\r\\n'])('counts the lines within a string: %s', async (end) => {
    outputOf(await run(`for (let i = 0; i < 50; i++) console.log('${end}'.repeat(8000)); return 1`));
    expect(linesOf()).toHaveLength(SKILL_LIMITS.maxLogLines + 1);
  });

  it('keeps the order and the streams of its lines', async () => {
    outputOf(await run(`for (let i = 0; i < 3000; i++) console[i % 3 ? 'log' : 'error'](i); return 1`));
    const lines = logged.flatMap(({ stream, text }) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => `${stream} ${line}`),
    );
    expect(lines).toEqual(Array.from({ length: 3_000 }, (_, i) => `${i % 3 ? 'stdout' : 'stderr'} ${i}`));
  });
});

describe('the progress of code', () => {
  it('is limited in size outside the sandbox', async () => {
    outputOf(await run(`${UNCUT} capabilities.progress(1, 'large', 'x'.repeat(1e6)); return 1`));
    expect(progress).toEqual([]);
    expect(linesOf()).toEqual([expect.stringContaining('left out') as string]);
  });

  it('has limited nesting, and only members with known names and types', async () => {
    const deep = `JSON.parse('['.repeat(200) + ']'.repeat(200))`;
    outputOf(await run(`capabilities.progress({ percent: 500, stage: 'a\\0b', more: 1, detail: ${deep} }); return 1`));
    expect(progress).toEqual([]);
    outputOf(await run(`capabilities.progress({ percent: 500, stage: 'a\\0b', more: 1, detail: [1] }); return 1`));
    expect(progress).toEqual([{ percent: 100, stage: 'ab', detail: [1] }]);
  });

  it('has a maximum total size of details, and continues without details beyond that size', async () => {
    const wait = 'await new Promise((r) => setTimeout(r, 110))';
    const flood = `for (let i = 0; i < 19; i++) { capabilities.progress(i, 's', 'x'.repeat(60000)); ${wait} } return 1`;
    outputOf(await run(flood));
    const details = progress.filter((one) => 'detail' in (one as object));
    expect(details).toHaveLength(Math.floor(SKILL_LIMITS.maxProgressBytes / 60_000));
    expect(progress.at(-1)).toEqual({ percent: 18, stage: 's' });
  });
});

describe('a capability call', () => {
  it.each([
    ['secrets', `capabilities.secrets.get('x'.repeat(1e6))`],
    ['a path', `capabilities.files.read('user', 'x'.repeat(1e6))`],
    ['a prefix', `capabilities.files.list('user', 'x'.repeat(1e6))`],
    ['a removal', `capabilities.files.remove('user', 'x'.repeat(1e6))`],
    ['a flag', `capabilities.flags.value('x', { a: 'x'.repeat(1e6) })`],
    ['a flag with many members', `capabilities.flags.value('x', Array(5000).fill(0))`],
    ['thousands of headers', `capabilities.http.fetch('x', { headers: Array(5000).fill('') })`],
    ['thousands of options', `capabilities.files.write('user', 'x', 'x', Array(5000).fill(0))`],
    ['a body', `capabilities.http.fetch('x', { body: 'x'.repeat(2e6) })`],
    ['an input', `capabilities.skills.run('x', 'x'.repeat(2e6))`],
    ['a deeply nested input', `capabilities.skills.run('x', JSON.parse('['.repeat(200) + ']'.repeat(200)))`],
  ])('is refused in its thread when it is too large: %s', async (_name, call) => {
    expect(outputOf(await run(`${UNCUT} try { await ${call} } catch (e) { return e.code }`))).toBe('too_large');
    expect(calls).toEqual([]);
  });

  it('passes its arguments to the host as values, but the input of a skill as JSON text', async () => {
    const code = `await capabilities.http.fetch('u', { body: 'é' });
      return [await capabilities.secrets.get('s'), await capabilities.skills.run('other', { a: [1] })]`;
    expect(outputOf(await run(code))).toEqual(['given', { a: [1] }]);
    expect(calls).toEqual([
      { name: 'http.fetch', args: ['u', { body: 'é' }] },
      { name: 'secrets.get', args: ['s'] },
      { name: 'other', args: '{"a":[1]}' },
    ]);
  });

  it('fails when its result is too large', async () => {
    const large: ThreadHost = { ...host, call: () => Promise.resolve('x'.repeat(2e6)) };
    const code = `export default async (i, c) => { try { await c.secrets.get('s') } catch (e) { return e.code } }`;
    const outcome = await threads.run({ tenantId: 'tnt-a', host: large, job: runJob(code, { capabilities: ALL }) });
    expect(outputOf(outcome)).toBe('too_large');
  });

  it('counts the host’s processor time as the run’s processor time', async () => {
    const busy: ThreadHost = {
      ...host,
      call: (name, args) => {
        calls.push({ name, args });
        const from = process.threadCpuUsage();
        while (process.threadCpuUsage(from).user < 200_000);
        return Promise.resolve(null);
      },
    };
    const code = `export default async (i, c) => { for (;;) await c.secrets.get('s') }`;
    const job = runJob(code, { capabilities: ALL, cpuMs: 1_000, wallMs: 60_000 });
    expect(await threads.run({ tenantId: 'tnt-a', host: busy, job })).toEqual({ kind: 'stopped', why: 'cpu' });
    expect(calls.length).toBeLessThanOrEqual(6);
  });
});

describe('the result of code', () => {
  it.each([
    ['too large', `return 'x'.repeat(2e6)`, 'more than 1048576'],
    ['too deep', `return JSON.parse('['.repeat(200) + ']'.repeat(200))`, 'more than 100 levels'],
    ['an endless error', `${UNCUT} throw new Error('x'.repeat(1e6))`, 'x'],
  ])('is limited outside the sandbox: %s', async (_name, text, message) => {
    const outcome = await run(text);
    expect(outcome).toMatchObject({ kind: 'thrown', message: expect.stringContaining(message) as string });
    expect(JSON.stringify(outcome).length).toBeLessThan(5_000);
  });
});
