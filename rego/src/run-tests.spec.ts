import { Coverage } from './coverage.js';
import { policyOfFiles } from './evaluate/test-support.js';
import { runTests } from './run-tests.js';

const files = {
  'authz.rego': `package authz

default allow := false

allow if {
	input.role == "admin"
}

allow if {
	input.role == "root"
	input.local
}
`,
  'authz_test.rego': `package authz_test

import data.authz

test_admin if {
	print("as admin")
	authz.allow with input as {"role": "admin"}
}

test_guest if authz.allow with input as {"role": "guest"}

test_false := false

test_conflict := x if some x in [1, 2]

todo_test_later if false

helper := 1
`,
};

describe('runTests', () => {
  it('runs only test rules, in source order', () => {
    const report = runTests(policyOfFiles(files));
    expect(report.tests.map(({ path, outcome }) => `${path} ${outcome}`)).toEqual([
      'data.authz_test.test_admin pass',
      'data.authz_test.test_guest fail',
      'data.authz_test.test_false fail',
      'data.authz_test.test_conflict error',
      'data.authz_test.todo_test_later skip',
    ]);
    expect(report).toMatchObject({ passed: 1, failed: 2, errors: 1, skipped: 1 });
  });

  it('reports the output, duration and error location of a test', () => {
    const [admin, , , conflict] = runTests(policyOfFiles(files)).tests;
    expect(admin?.printed).toEqual(['as admin']);
    expect(admin?.durationNanos).toBeGreaterThan(0n);
    expect(conflict?.message).toContain('authz_test.rego:14:');
    expect(conflict?.message).toContain('complete rules must not produce multiple outputs');
  });

  it.each([
    ['test_admin', 1],
    ['authz_test', 5],
    ['data.authz_test.test_g', 1],
    ['nope', 0],
  ])('selects tests by text: %s', (select, count) => {
    expect(runTests(policyOfFiles(files), { select }).tests).toHaveLength(count);
  });

  it('stops a test that exceeds its deadline', () => {
    const endless = policyOfFiles({
      'x_test.rego':
        'package x_test\n\nxs := numbers.range(1, 1000)\n\ntest_x if count([1 | some a in xs; some b in xs; some c in xs]) > 0\n',
    });
    const [test] = runTests(endless, { limits: { deadlineMs: 50 } }).tests;
    expect(test).toMatchObject({ outcome: 'error', message: expect.stringContaining('50 ms') as string });
  });
});

describe('Coverage', () => {
  it('reports covered and uncovered lines of heads and expressions', () => {
    const policy = policyOfFiles(files);
    const coverage = new Coverage(policy);
    runTests(policy, { select: 'test_admin', coverage });
    const [authz] = coverage.report().files;
    expect(authz).toEqual({
      file: 'authz.rego',
      covered: [{ start: 5, end: 6 }],
      notCovered: [
        { start: 3, end: 3 },
        { start: 9, end: 11 },
      ],
      coveredLines: 2,
      notCoveredLines: 4,
      percent: 33.33,
    });
  });

  it('reports how often each rule was evaluated and defined, and its cost', () => {
    const policy = policyOfFiles(files);
    const coverage = new Coverage(policy);
    const start = process.hrtime.bigint();
    runTests(policy, { select: 'test_admin', coverage });
    const elapsed = process.hrtime.bigint() - start;
    const rules = coverage.rules().filter(({ path }) => path === 'data.authz.allow');
    expect(rules.find(({ row }) => row === 5)).toMatchObject({ file: 'authz.rego', calls: 1, defined: 1 });
    expect(rules.filter(({ row }) => row !== 5).every(({ defined }) => defined === 0)).toBe(true);
    expect(coverage.rules().every(({ nanos }) => nanos >= 0n && nanos <= elapsed)).toBe(true);
  });
});
