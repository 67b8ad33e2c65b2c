import { runJob, SkillThreads } from '../../../../test/support/skill-run';
import type { SkillJobOrder } from './run-skill-job';
import { CapabilityRefusal, type ThreadHost } from './thread-host';
import type { RunJob, ThreadOutcome } from './thread-job';
import { processorMs } from '../../../../test/support/processor-time';

/** The tolerance for a time limit, because the test machine might be much slower than specified. */
const SOON_MS = 3_000;
const MEMORY_BYTES = 32 * 1_048_576;

let threads: SkillThreads;
let logged: string[];
let told: unknown[];

beforeAll(async () => {
  const limits = { maxThreads: 4, maxThreadsPerTenant: 2, keptThreads: 2, maxWaiting: 40 };
  threads = new SkillThreads({ ...limits, memoryBytes: MEMORY_BYTES });
  await threads.pool.start();
});

beforeEach(() => {
  logged = [];
  told = [];
});

afterAll(() => threads.pool.close());

const host: ThreadHost = {
  call: (name) =>
    Promise.reject(name === 'http.fetch' ? new CapabilityRefusal('not_granted', 'No.') : new Error('of ours')),
  nested: (name, input) => Promise.resolve(JSON.stringify({ called: [name, JSON.parse(input)] })),
  log: (stream, text) => void logged.push(`${stream} ${text}`),
  progress: (progress) => void told.push(progress),
};

const run = (code: string, job: Parameters<typeof runJob>[1] = {}, more: Partial<SkillJobOrder> = {}) =>
  threads.run({ tenantId: 'tnt-a', host, job: runJob(code, job), ...more });
const valueOf = (outcome: ThreadOutcome): unknown => {
  expect(outcome).toMatchObject({ kind: 'output' });
  return outcome.kind === 'output' ? (JSON.parse(outcome.value) as unknown) : null;
};
const body = (text: string): string => `export default async (input, capabilities) => { ${text} }`;

describe('code in a sandbox', () => {
  it('receives its input and returns its output', async () => {
    expect(valueOf(await run(body('return { sum: input.a + input.b }'), { input: { a: 1, b: 2 } }))).toEqual({
      sum: 3,
    });
    expect(valueOf(await run('export default () => undefined'))).toBeNull();
  });

  it('can import only its own modules', async () => {
    const modules = {
      'main.ts': `import { twice } from './lib/twice.js'; export default (i) => twice(i.a)`,
      'lib/twice.js': `import { two } from '../two.js'; export const twice = (x) => two * x`,
      'two.js': 'export const two = 2',
    };
    expect(valueOf(await run('', { modules, main: 'main.ts', input: { a: 21 } }))).toBe(42);
    for (const foreign of ['fs', 'node:fs', 'https://example.com/x.js', '/etc/passwd', './three.js']) {
      expect(await run(`import x from '${foreign}'; export default () => 1`)).toMatchObject({ kind: 'thrown' });
    }
  });

  it('can wait for timers and capabilities', async () => {
    const code = body(`
      const slept = await new Promise((resolve) => { clearTimeout(setTimeout(() => resolve('no'), 1)); setTimeout(resolve, 5, 'yes') });
      return [slept, await capabilities.skills.run('other', { x: 1 }), Object.keys(capabilities).sort()]`);
    expect(valueOf(await run(code, { capabilities: ['skills'] }))).toEqual([
      'yes',
      { called: ['other', { x: 1 }] },
      ['log', 'progress', 'run', 'skills'],
    ]);
  });

  it('has only its granted capabilities, and receives the reason for a refusal', async () => {
    expect(await run(body('return capabilities.http.fetch("https://x.org")'))).toMatchObject({ kind: 'thrown' });
    const caught = body('try { await capabilities.http.fetch("x") } catch (e) { return [e.name, e.code, e.message] }');
    expect(valueOf(await run(caught, { capabilities: ['http'] }))).toEqual(['CapabilityError', 'not_granted', 'No.']);
    const ours = body('try { await capabilities.secrets.get("x") } catch (e) { return e.message }');
    expect(valueOf(await run(ours, { capabilities: ['secrets'] }))).not.toContain('of ours');
  });

  it('logs and reports its progress', async () => {
    await run(
      body(`console.log('a', { b: [1] }, null); console.error(new Error('bad')); capabilities.progress(50, 'half')`),
    );
    expect(logged[0]).toBe('stdout a {"b":[1]} null\n');
    expect(logged[1]).toMatch(/^stderr Error: bad\n {4}at default \(main\.js:1:\d+\)/);
    expect(told).toEqual([{ percent: 50, stage: 'half' }]);
  });

  it('reports the line and column of an error in its source', async () => {
    const code = 'function inner() {\n  throw new TypeError("bad");\n}\nexport default () => {\n  inner();\n}';
    const outcome = await run(code);
    expect(outcome).toMatchObject({ kind: 'thrown', message: expect.stringMatching(/^TypeError: bad\n/) as string });
    expect(outcome).toMatchObject({
      message: expect.stringMatching(/inner \(main\.js:2:\d+\)\n.*\(main\.js:5:\d+\)/s) as string,
    });
  });

  it.each([
    ['no function as its default export', 'export const a = 1', 'no function as its default export'],
    ['invalid syntax', 'export default (', 'SyntaxError'],
    [
      'an error that occurs only in a timer',
      body('await new Promise(() => setTimeout(() => { throw new Error("late") }))'),
      'late',
    ],
    ['a promise that never settles', body('await new Promise(() => {})'), 'never occur'],
    ['an output that is not JSON', body('return 1n'), 'TypeError'],
    ['a circular output', body('const a = {}; a.a = a; return a'), 'TypeError'],
    ['an output that is too large', body('return "x".repeat(2e6)'), 'more than 1048576'],
    ['endless recursion', body('const f = () => f(); f()'), 'stack overflow'],
  ])('ends with a message for %s', async (_name, code, words) => {
    expect(await run(code)).toMatchObject({ kind: 'thrown', message: expect.stringContaining(words) as string });
  });
});

describe('hostile code', () => {
  it.each<[string, string, Partial<RunJob>]>([
    ['an endless loop', 'while (true);', {}],
    ['endless promises', 'for (;;) await null', {}],
    ['an endless loop in a getter of the thrown value', 'throw { get message() { while (true); } }', {}],
    ['an endless toString', 'return { toJSON() { while (true); } }', {}],
    ['an endless regular expression', '/(a+)+b/.test("a".repeat(60))', {}],
    ['a built-in that never checks the clock', 'return (new Array(4e8) + "").length', {}],
    ['an endless catch', 'for (;;) try { while (true); } catch {}', {}],
    ['an endless finally', 'try { for (;;); } finally { for (;;); }', {}],
    ['a loop of progress reports', 'for (;;) capabilities.progress(1)', {}],
    ['a loop of log calls', 'for (;;) console.log("x".repeat(1e4))', {}],
  ])('is stopped at its limit of processor time: %s', async (_name, text, job) => {
    const from = processorMs();
    expect(await run(body(text), { cpuMs: 100, ...job })).toMatchObject({
      kind: expect.stringMatching(/stopped|limit/) as string,
    });
    expect(processorMs() - from).toBeLessThan(SOON_MS);
    expect(logged.length).toBeLessThan(200);
  });

  it('is stopped at its wall-clock limit', async () => {
    const sleeping = body('await new Promise((r) => setTimeout(r, 1e9))');
    expect(await run(sleeping, { wallMs: 100 })).toEqual({ kind: 'stopped', why: 'wall' });
    const waiting = body(
      'await Promise.all(Array.from({ length: 900 }, (_, i) => new Promise((r) => setTimeout(r, 1e6 + i))))',
    );
    expect(await run(waiting, { wallMs: 100 })).toEqual({ kind: 'stopped', why: 'wall' });
  });

  it.each([
    ['arrays', 'const a = []; for (;;) a.push(new Array(1e4).fill(1))'],
    ['strings', 'let s = "xy"; const a = []; for (;;) { a.push(s + a.length); if (s.length < 1e6) s += s }'],
    ['objects', 'let o = {}; for (;;) o = { o, p: "x".repeat(100) + Math.random() }'],
    ['buffers', 'const a = []; for (;;) a.push(new ArrayBuffer(1e6))'],
    ['a buffer of a gigabyte', 'return new ArrayBuffer(2 ** 30).byteLength'],
    ['a string of a gigabyte', 'return "x".repeat(2 ** 29).length'],
    ['closures', 'const a = []; for (;;) a.push(() => a)'],
    ['maps', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })'],
  ])('does not get more memory than its limit: %s', async (_name, text) => {
    const before = process.memoryUsage().rss;
    expect(await run(body(text), { cpuMs: 3_000, wallMs: 10_000 })).toMatchObject({
      kind: expect.stringMatching(/^(limit|thrown)$/) as string,
      message: expect.stringMatching(/memory|too long|length/i) as string,
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(6 * MEMORY_BYTES);
  });

  it.each([
    ['JSON', 'return JSON.parse("[".repeat(5e6))'],
    ['values', 'let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return o'],
    ['source', 'return eval("(".repeat(1e5))'],
    ['patterns', 'return new RegExp("(?:".repeat(1e5))'],
    ['proxies', 'let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x'],
  ])('is stopped for endlessly nested %s, and the next run is not affected', async (_name, text) => {
    const outcome = await run(body(text), { cpuMs: 2_000, wallMs: 10_000 });
    expect(['thrown', 'limit', 'stopped']).toContain(outcome.kind);
    expect(valueOf(await run(body('return 1')))).toBe(1);
  });

  it('has limits on the total number of calls and on the number of concurrent calls', async () => {
    const many = body(`
      const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => capabilities.skills.run('x')));
      let made = 0, refused = '';
      for (;;) { try { await capabilities.skills.run('x'); made++ } catch (e) { refused = e.message; break } }
      return [outcomes.filter((o) => o.status === 'rejected').length, made, refused]`);
    const [atOnce, made, words] = valueOf(
      await run(many, { capabilities: ['skills'], cpuMs: 5_000, wallMs: 20_000 }),
    ) as [number, number, string];
    expect([atOnce, made]).toEqual([30, 950]);
    expect(words).toContain('at most 1000');
  });

  it('has a limit on log output', async () => {
    const flood = body('for (let i = 0; i < 3000; i++) console.log("x".repeat(1000))');
    valueOf(await run(flood, { cpuMs: 3_000, wallMs: 20_000 }));
    expect(logged.join('').length).toBeLessThan(1.1 * 1_048_576);
    expect(logged.at(-1)).toContain('reached its limit');
  });

  it('finds no traces of the previous run', async () => {
    await run(body('globalThis.left = 1; Object.prototype.left = 1; Array.prototype.map = null; JSON.parse = null'));
    const look = body('return [typeof globalThis.left, typeof {}.left, typeof [].map, typeof JSON.parse]');
    expect(valueOf(await run(look))).toEqual(['undefined', 'undefined', 'function', 'function']);
  });

  it('breaks only itself when it changes its globals', async () => {
    const spoilt = body(`
      Map.prototype.get = Map.prototype.set = () => { throw 1 }; Promise.prototype.then = null; String = null;
      JSON.stringify = () => '{"forged":true}'; Object.freeze = (x) => x; console.log('x'); return { honest: true }`);
    expect(['output', 'thrown']).toContain((await run(spoilt)).kind);
    expect(valueOf(await run(body('return 1')))).toBe(1);
  });
});

describe('a cancellation', () => {
  it.each([
    ['a loop', 'while (true);'],
    ['a wait', 'await new Promise((r) => setTimeout(r, 1e6))'],
    ['a built-in that never checks the clock', 'return (new Array(4e8) + "").length'],
  ])('ends %s immediately', async (_name, text) => {
    const given = new AbortController();
    setTimeout(() => given.abort(), 100);
    const from = processorMs();
    const outcome = await run(body(text), { cpuMs: 20_000, wallMs: 60_000 }, { signal: given.signal });
    expect(outcome).toEqual({ kind: 'stopped', why: 'cancelled' });
    expect(processorMs() - from).toBeLessThan(SOON_MS);
  });
});

describe('schemas', () => {
  const misfit = async (schema: unknown, input: unknown): Promise<unknown> => {
    const outcome = await run(body('return 1'), { input, inputSchema: JSON.stringify(schema) });
    return outcome.kind === 'misfit' ? outcome.faults.map(({ pointer, code }) => `${pointer} ${code}`) : outcome.kind;
  };

  it('are enforced at run time, with pointers', async () => {
    const schema = {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'array', items: { type: 'integer' } } },
    };
    expect(await misfit(schema, {})).toEqual(['/input required']);
    expect(await misfit(schema, { a: [1, 'x'] })).toEqual(['/input/a/1 type']);
    expect(await misfit(schema, { a: [1] })).toBe('output');
    expect(
      await run(body('return { a: "x" }'), { outputSchema: JSON.stringify({ properties: { a: { type: 'number' } } }) }),
    ).toMatchObject({
      kind: 'misfit',
      of: 'output',
      faults: [{ pointer: '/output/a', code: 'type' }],
    });
  });

  it('with the same ID do not affect the next run', async () => {
    const schema = (type: string) => ({
      $defs: { x: { $id: 'https://a.example/x', type } },
      $ref: 'https://a.example/x',
    });
    expect(await misfit(schema('string'), 'x')).toBe('output');
    expect(await misfit(schema('number'), 'x')).toEqual(['/input type']);
  });

  it.each<[string, unknown, unknown]>([
    ['a pattern that backtracks endlessly in other engines', { pattern: '^(a+)+$' }, `${'a'.repeat(50)}!`],
    ['thousands of distinct objects', { uniqueItems: true }, Array.from({ length: 60_000 }, (_, i) => ({ i }))],
    [
      'a recursion that doubles at each level',
      {
        $defs: {
          d: {
            anyOf: [
              { properties: { a: { $ref: '#/$defs/d' } }, required: ['z'] },
              { properties: { a: { $ref: '#/$defs/d' } }, required: ['y'] },
            ],
          },
        },
        $ref: '#/$defs/d',
      },
      JSON.parse(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`),
    ],
  ])('are checked within their limits: %s', async (_name, schema, value) => {
    const outcome = await threads.run({
      tenantId: 'tnt-a',
      job: { kind: 'fit', schema: JSON.stringify(schema), value: JSON.stringify(value), pointer: '' },
    });
    expect(['fit', 'limit']).toContain(outcome.kind);
  });
});
