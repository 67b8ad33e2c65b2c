import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { newSlowWork } from '../../../../../test/support/slow-work';
import { bundleOf } from '../../../../../test/support/make-tar';
import { projectRoot } from '../../../../kernel/config/project-root';
import { AppError } from '../../../../kernel/errors/app-error';
import type { SentBundle } from '../unpack-upload';
import { checkBundle } from './check-bundle';
import type { CheckBundleJob, CheckedBundle, CheckOutcome } from './check-job';
import { BundleThreads, JOB_CPU_MS } from './bundle-threads';
import { TEST_TIMES } from './run-bundle-tests';

let pool: BundleThreads;

beforeEach(() => {
  pool = new BundleThreads(newSlowWork());
});

afterEach(() => pool.onModuleDestroy());

const job = (bundle: SentBundle): CheckBundleJob => ({
  kind: 'check',
  bundle,
  keys: [],
  baseFolders: [path.join(projectRoot(), 'policies/default')],
});

const check = (files: Readonly<Record<string, string | Buffer>>): Promise<CheckOutcome<CheckedBundle>> =>
  pool.check(TENANT, job({ kind: 'archive', bytes: bundleOf(files) }));

const codes = (outcome: CheckOutcome<CheckedBundle>): readonly string[] =>
  outcome.ok ? [] : outcome.faults.map(({ code }) => code);

const TENANT = 'tnt-a';
const SMALL: SentBundle = { kind: 'module', text: 'package app\n\nallow := true\n' };

describe('the threads that check bundles', () => {
  it('refuse work beyond the queue limit as unavailable, and complete the rest', async () => {
    // The first task of a thread waits until the thread has started.
    await pool.check(TENANT, job(SMALL));
    const outcomes = await Promise.allSettled(Array.from({ length: 13 }, () => pool.check(TENANT, job(SMALL))));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(refused).toHaveLength(4);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'unavailable' });
    expect(await pool.check(TENANT, job(SMALL))).toMatchObject({ ok: true });
  });

  it('check bundles of other tenants while one tenant keeps a thread busy', async () => {
    const slow = 'test_slow if { some x in numbers.range(1, 90000); some y in numbers.range(1, 90000); x * y == -1 }';
    const busy = Array.from({ length: 2 }, () =>
      pool.check(TENANT, job({ kind: 'module', text: `package x\n\n${slow}\n` })),
    );
    let isBusy = true;
    const done = Promise.all(busy).finally(() => (isBusy = false));
    expect(await pool.check('tnt-b', job(SMALL))).toMatchObject({ ok: true });
    expect(isBusy).toBe(true);
    for (const outcome of await done) expect(codes(outcome)).toEqual(['test_failed']);
  });

  it('stop with their pool, together with the queue', async () => {
    const running = Promise.allSettled(Array.from({ length: 4 }, () => pool.check(TENANT, job(SMALL))));
    await pool.onModuleDestroy();
    for (const outcome of await running) expect(outcome.status).toBe('rejected');
    await expect(pool.check(TENANT, job(SMALL))).rejects.toBeInstanceOf(AppError);
  });

  it('reach the same verdict for the same bundle, regardless of earlier checks', async () => {
    const first = await pool.check(TENANT, job(SMALL));
    expect(codes(await check({ 'x.rego': 'package x\n\nallow {' }))).toEqual(['rego_parse_error']);
    expect(await pool.check(TENANT, job(SMALL))).toEqual(first);
  });

  it('recover after the base policy could not be read', async () => {
    const broken = { ...job(SMALL), baseFolders: [path.join(projectRoot(), 'policies/none')] };
    await expect(pool.check(TENANT, broken)).rejects.toThrow(/ENOENT/);
    expect(await pool.check(TENANT, job(SMALL))).toMatchObject({ ok: true });
  });
});

describe('an oversized bundle', () => {
  it('is refused if it unpacks to too much data', async () => {
    const bomb = bundleOf({ 'data.json': Buffer.alloc(40 * 1024 * 1024, 0x20) });
    expect(codes(await pool.check(TENANT, job({ kind: 'archive', bytes: bomb })))).toEqual(['limit_exceeded']);
    const nested = gzipSync(bomb);
    expect(codes(await pool.check(TENANT, job({ kind: 'archive', bytes: nested })))).toEqual(['archive_invalid']);
  });

  it('is refused if compiling it would cost every sidecar too much', async () => {
    const rules = Array.from(
      { length: 9_000 },
      (_, index) => `r${index} if { input.a${index} == data.r${index}; r${index + 1} }`,
    );
    const outcome = await check({ 'x.rego': `package x\n\n${rules.join('\n')}\n` });
    expect(outcome.ok).toBe(false);
  });

  it('is refused at the total time limit if its tests together take too long', async () => {
    const slow = Array.from(
      { length: 40 },
      (_, index) =>
        `test_${index} if { count([1 | some x in numbers.range(1, 3000); some y in numbers.range(1, 3000); x * y == -${index + 1}]) == 0 }`,
    );
    // Uses a tenth of the product's time limits.
    const bytes = bundleOf({ 'x.rego': `package x\n\n${slow.join('\n')}\n` });
    const found = codes(await checkBundle(job({ kind: 'archive', bytes }), { testMs: 100, allMs: 1_000 }));
    expect(found).toContain('test_failed');
    expect(found).toContain('limit_exceeded');
    // The tests end on their own at their limit, so no thread is killed.
    expect(TEST_TIMES.allMs + TEST_TIMES.testMs).toBeLessThan(JOB_CPU_MS);
  });

  it('is refused if it contains too much data, while a bundle that is merely large is accepted', async () => {
    const large = JSON.stringify({
      users: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`u${i}`, { role: 'x'.repeat(20), n: i }])),
    });
    expect(
      await check({ 'data.json': large, 'x.rego': 'package x\n\nallow if data.users[input.user].n == 7\n' }),
    ).toMatchObject({
      ok: true,
    });
    const many = `[${'1,'.repeat(3_000_000)}1]`;
    expect(codes(await check({ 'a/data.json': many }))).toEqual(['data_invalid']);
  });
});
