import { setTimeout as sleep } from 'node:timers/promises';
import { inspectSettings } from '../settings';
import type { Check, DoctorContext } from './check';
import { processCheck } from './checks/process.check';
import { examine } from './examine';
import { ok } from './finding';
import { secretsHider } from './hide-secrets';
import { renderText, tallyOf } from './report';

const environment = { MASTER_KEY: 'm'.repeat(40), DATABASE_URL: 'postgres://app:p%40ssword@db/x', PORT: 'eighty' };
const { settings, faults } = inspectSettings(environment);
const patient: DoctorContext = {
  environment,
  settings,
  faults,
  store: { state: 'asleep', place: '', why: '', remedy: '' },
  running: null,
  sealer: null,
};
const check = (group: string, members: Partial<Check> = {}): Check => ({
  group,
  limitMs: 1_000,
  run: async () => [ok(group, 'fine')],
  ...members,
});

describe('the examination', () => {
  it('puts findings under their headings, in the order of the checks, and omits empty headings', async () => {
    const slow = check('A', { run: async () => (await sleep(20), [ok('slow', 'fine')]) });
    const groups = await examine([slow, check('B'), check('A'), check('C', { run: async () => [] })], patient, 1_000);
    expect(groups.map(({ name, findings }) => [name, findings.length])).toEqual([
      ['A', 2],
      ['B', 1],
    ]);
  });

  it('stops a check that hangs, after its own or the overall time limit, and reports a check that throws', async () => {
    const hangs = check('A', { limitMs: 30, run: () => new Promise(() => undefined) });
    const long = check('B', { limitMs: 60_000, run: () => new Promise(() => undefined) });
    const throws = check('C', { run: () => Promise.reject(new Error('broken')) });
    // Without the limit, the slowest check would outlast this test.
    const groups = await examine([hangs, long, throws], patient, 200);
    expect(groups.flatMap(({ findings }) => findings)).toMatchObject([
      { status: 'fail', detail: 'no result within 0.0 s' },
      { status: 'fail', detail: 'no result within 0.2 s' },
      { status: 'fail', detail: 'could not be checked: broken' },
    ]);
  });

  it('runs CPU-heavy checks after all others, and reports them in their normal position', async () => {
    const made: string[] = [];
    const noting = (name: string, members: Partial<Check> = {}): Check =>
      check(name, { run: async () => (await sleep(5), made.push(name), [ok(name, 'fine')]), ...members });
    const groups = await examine([noting('A', { last: true }), noting('B')], patient, 1_000);
    expect(made).toEqual(['B', 'A']);
    expect(groups.map(({ name }) => name)).toEqual(['A', 'B']);
  });

  it('reports missing parts and notes of a running process', async () => {
    const running = { ready: false, missing: ['keys: none yet'], notes: ['tls: refused'], feedAgeSeconds: null };
    const [group] = await examine([processCheck], { ...patient, running }, 1_000);
    expect(group?.findings).toMatchObject([
      { status: 'fail', subject: 'not ready', detail: 'keys: none yet' },
      { status: 'warn', subject: 'note', detail: 'tls: refused' },
    ]);
  });

  it('skips checks that depend on an invalid variable', async () => {
    const [group] = await examine([check('A', { needs: ['PORT'] })], patient, 1_000);
    expect(group?.findings).toMatchObject([{ status: 'skip', detail: 'not checked until PORT is valid' }]);
  });
});

describe('the report', () => {
  const groups = [
    {
      name: 'A',
      findings: [
        ok('one', 'fine'),
        { status: 'fail', subject: 'another', detail: 'broken', remedy: 'Mend it.' } as const,
      ],
    },
  ];
  const report = { status: 'fail', checkedAt: '', durationMs: 1_234, summary: tallyOf(groups), groups } as const;

  it('is aligned, states the remedies, and ends with a summary', () => {
    expect(renderText(report, false)).toBe(
      'A\n  ✓ one      fine\n  ✗ another  broken\n             → Mend it.\n\n1 failed, 0 warnings, 1 in order, in 1.2 s.\n',
    );
  });

  it('has the same text with and without color', () => {
    expect(renderText(report, true).replace(/\u001b\[\d+m/g, '')).toBe(renderText(report, false));
    expect(renderText(report, true)).toContain('\u001b[31m✗\u001b[0m');
  });
});

it('hides every secret in the settings, and the password in a URL, both encoded and decoded', () => {
  const hide = secretsHider(settings);
  expect(hide(`a ${'m'.repeat(40)} b p%40ssword c p@ssword d`)).toBe('a •••••• b •••••• c •••••• d');
  expect(hide('fine')).toBe('fine');
});
