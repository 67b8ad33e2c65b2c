import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtPackage } from '../../test/support/built-package.js';

let folder: string;
let program: string;

beforeAll(() => {
  program = path.join(builtPackage('rego'), 'dist/esm/cli/main.js');
  folder = mkdtempSync(path.join(tmpdir(), 'rego-'));
  write('authz/authz.rego', 'package authz\n\ndefault allow := false\n\nallow if input.user in data.teams.admins\n');
  write('authz/authz_test.rego', 'package authz_test\n\ntest_ann if data.authz.allow with input as {"user": "ann"}\n');
  write('authz/teams/admins.json', '{"admins": ["ann"]}');
  write('authz/teams/more.yaml', 'guests: [yes, "ben"]\n');
  write('bundle/data.json', '{"n": 12345678901234567890123}');
  write('bundle/other.json', '{"ignored": true}');
  write('bundle/p.rego', 'package p\n\nq := data.n\n');
  write('input.json', '{"user": "ann"}');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

function rego(
  args: readonly string[],
  input = '',
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

describe('rego eval', () => {
  it('prints all results as OPA does', () => {
    const { code, out } = rego(['eval', '-d', 'authz', '-i', 'input.json', 'data.authz.allow']);
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { result: [{ expressions: [{ value: true, text: 'data.authz.allow' }] }] },
    ]);
    expect(rego(['eval', 'x = 1; y = x + 1']).out).toMatch(/"bindings": \{\s+"x": 1,\s+"y": 2\s+\}/);
    expect(rego(['eval', 'data.nothing']).out).toBe('{}\n');
    expect(JSON.parse(rego(['eval', '1 + 1']).out)).toEqual({
      result: [{ expressions: [{ value: 2, text: '1 + 1' }] }],
    });
    expect(rego(['eval', '-f', 'raw', '1 == 2']).out).toBe('false\n');
    expect(JSON.parse(rego(['eval', '-d', 'authz', 'data.teams[x]']).out)).toMatchObject({
      result: [{ bindings: { x: expect.any(String) as unknown } }, {}],
    });
  });

  it('prints only the value, the values or the bindings', () => {
    expect(rego(['eval', '-f', 'raw', '-d', 'authz', '-I', 'data.authz.allow'], '{"user": "eve"}').out).toBe('false\n');
    expect(JSON.parse(rego(['eval', '-f', 'bindings', 'some x in [1, 2]']).out)).toEqual([{ x: 1 }, { x: 2 }]);
    expect(JSON.parse(rego(['eval', '-f', 'values', '-d', 'authz', 'data.teams.guests']).out)).toEqual([
      [[true, 'ben']],
    ]);
  });

  it('maps folders to paths in the data, reads only the data files of a bundle, and keeps numbers exact', () => {
    expect(rego(['eval', '-f', 'raw', '-d', 'authz', 'data.teams']).out).toBe(
      '{"admins":["ann"],"guests":[true,"ben"]}\n',
    );
    expect(rego(['eval', '-f', 'raw', '-b', 'bundle', 'data.p.q']).out).toBe('12345678901234567890123\n');
    expect(rego(['eval', '-f', 'raw', '-b', 'bundle', 'data.ignored']).out).toBe('undefined\n');
  });

  it('uses its exit code to indicate whether there is a result', () => {
    expect(rego(['eval', '--fail', '-d', 'authz', 'data.authz.allow']).code).toBe(1);
    expect(rego(['eval', '--fail-defined', '-d', 'authz', '-i', 'input.json', 'data.authz.allow']).code).toBe(1);
    expect(rego(['eval', '1 / 0 > 0']).code).toBe(0);
    expect(rego(['eval', '--strict-builtin-errors', '1 / 0 > 0'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('divide by zero') as string,
    });
  });

  it('prints the residual queries of a partial evaluation as OPA does', () => {
    const evaluate = (...args: string[]): string => rego(['eval', '--partial', '-d', 'authz', ...args]).out;
    expect(evaluate('-f', 'source', 'data.authz.allow = x')).toBe(
      '# Query 1\ndata.partial.authz.allow = x\n\n' +
        '# Module 1\npackage partial.authz\n\ndefault allow := false\n\nallow if input.user in ["ann"]\n',
    );
    expect(evaluate('-f', 'pretty', '-u', 'data.teams', '-i', 'input.json', 'data.authz.allow')).toBe(
      '┌─────────┬────────────────────────────┐\n' +
        '│ Query 1 │ "ann" in data.teams.admins │\n' +
        '└─────────┴────────────────────────────┘\n',
    );
    expect(JSON.parse(evaluate('--disable-inlining', 'data.teams', 'input.user = 1'))).toMatchObject({
      partial: { queries: [[{ index: 0 }]] },
    });
    expect(evaluate('data.nothing')).toBe('{\n  "partial": {}\n}\n');
    expect(evaluate('-f', 'pretty', 'data.nothing')).toBe('undefined\n');
    expect(rego(['eval', '-p', '--fail', 'data.nothing']).code).toBe(1);
    expect(rego(['eval', '-p', '-u', 'x', '1']).err).toContain('`x` is not a valid unknown');
    expect(rego(['eval', '-p', '-f', 'raw', '1']).err).toMatch(/^--format must be one of json, pretty, source\./);
  });

  it('reports invalid arguments and queries', () => {
    expect(rego(['eval', '-d', 'missing', '1'])).toEqual({
      code: 1,
      out: '',
      err: 'There is no file or folder missing.\n',
    });
    expect(rego(['eval', '-f', 'xml', '1']).err).toMatch(
      /^--format must be one of json, raw, values, bindings\.\n\nUsage: rego eval/,
    );
    expect(rego(['eval', 'x := '])).toMatchObject({
      code: 1,
      err: expect.stringContaining('rego_parse_error') as string,
    });
    expect(rego(['frobnicate'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('There is no command "frobnicate"') as string,
    });
  });
});

it('rego check prints every error with its location', () => {
  write('bad/a.rego', 'package a\n\np := unknown(1)\n');
  expect(rego(['check', 'authz'])).toEqual({ code: 0, out: '', err: '2 files are fine.\n' });
  expect(rego(['check', 'bad'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('bad/a.rego:3:6: rego_type_error') as string,
  });
  expect(JSON.parse(rego(['check', '-f', 'json', 'bad']).out)).toMatchObject({
    errors: [{ code: 'rego_type_error', location: { row: 3 } }],
  });
});

it('rego test runs tests and checks line coverage', () => {
  expect(rego(['test', 'authz'])).toMatchObject({ code: 0, out: 'PASS: 1/1\n' });
  expect(rego(['test', '-c', '--threshold', '99', 'authz'])).toMatchObject({
    code: 2,
    err: 'Less than 99% of the lines are covered.\n',
  });
  write('failing/a_test.rego', 'package a_test\n\ntest_no if 1 == 2\n');
  expect(rego(['test', 'failing'])).toMatchObject({ code: 2, out: expect.stringContaining('FAIL: 1') as string });
});

it('rego fmt prints, lists or writes files', () => {
  write('fmt/a.rego', 'package a\np   :=   1\n');
  expect(rego(['fmt', 'fmt/a.rego']).out).toBe('package a\n\np := 1\n');
  expect(rego(['fmt', '-l', '--fail', 'fmt'])).toMatchObject({ code: 2, out: 'fmt/a.rego\n' });
  expect(rego(['fmt', '-w', 'fmt']).code).toBe(0);
  expect(readFileSync(path.join(folder, 'fmt/a.rego'), 'utf8')).toBe('package a\n\np := 1\n');
});

it('rego bench measures a rule', () => {
  const { code, out } = rego(['bench', '-d', 'authz', '-i', 'input.json', '-s', '0.1', 'data.authz.allow']);
  expect([code, out]).toEqual([0, expect.stringMatching(/^rule +data\.authz\.allow\nevaluations +[\d,]+\n/) as string]);
});

it('rego --help shows the commands', () => {
  expect(rego(['--help'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Usage: rego <command>[\s\S]*eval[\s\S]*fmt/) as string,
  });
  expect(rego(['test', '--help']).out).toMatch(/Usage: rego test \[options\]/);
});
