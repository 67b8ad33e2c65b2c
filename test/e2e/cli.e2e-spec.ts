import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { COMPILE_CACHE } from '../support/compile-cache';

/** The script that npm runs for `npx coresdk`; the script's process becomes the program's process. */
const LAUNCHER = path.resolve(__dirname, '../../scripts/coresdk.mjs');
const PROGRAM = path.resolve(__dirname, '../../dist/bundle/src/cli/main.js');

const POLICY = `package app

default allow := false

allow if {
	input.user in data.members
	input.action == "read"
}
`;
const TESTS = `package app_test

import data.app

test_member_reads if app.allow with input as {"user": "ann", "action": "read"}

test_stranger_does_not if not app.allow with input as {"user": "eve", "action": "read"}
`;

describe('npx coresdk', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'coresdk-cli-'));
    write('policy/app.rego', POLICY);
    write('policy/app_test.rego', TESTS);
    write('policy/data.json', '{"members":["ann"]}');
    write('input.json', '{"user":"ann","action":"read"}');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }

  interface Ending {
    readonly code: number | null;
    readonly out: string;
    readonly err: string;
  }

  function run(args: readonly string[], input = '', program = PROGRAM): Ending {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd: folder,
      input,
      env: { ...process.env, ...COMPILE_CACHE },
      encoding: 'utf8',
    });
    return { code: status, out: stdout, err: stderr };
  }

  test('starts with npx, and passes on arguments, folder, standard input and exit code', () => {
    const evaluated = run(['policy', 'eval', 'data.app.allow', '-d', 'policy', '-i', '-'], '{"user":"eve"}', LAUNCHER);
    expect(evaluated).toEqual({ code: 0, out: 'false\n', err: '' });
    const failed = run(['policy', 'eval', 'policy', 'app.allow', '--fail'], '', LAUNCHER);
    expect(failed).toMatchObject({ code: 1, out: 'false\n' });
  });

  test('lists the commands when called without one, and rejects an unknown command', () => {
    const help = run([]);
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const name of ['test', 'eval', 'check', 'fmt', 'bench']) expect(help.out).toContain(`policy ${name}`);
    expect(run(['help'])).toEqual(help);
    expect(run(['version'])).toEqual(run(['--version']));
    expect(run(['policy', 'tset'])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('policy eval') });
    expect(run(['app', 'list'])).toEqual({
      code: 1,
      out: '',
      err: 'There is no command "app list". Did you mean "apps list"?\n\nFor all commands, use "coresdk --help".\n',
    });
    expect(run(['policy', 'test', '--help'])).toMatchObject({ code: 0, out: expect.stringContaining('--coverage') });
    expect(run(['policy', 'test', '--bogus', 'policy']).err).toMatch(/--bogus[\s\S]*Usage: coresdk policy test/);
    for (const command of ['test', 'eval', 'check', 'fmt', 'bench']) {
      expect(run(['policy', command])).toMatchObject({ code: 1, err: expect.stringContaining('Usage:') });
    }
  });

  describe('skills', () => {
    test('are created with tests that pass in the sandbox, and failing tests are reported', () => {
      const made = run(['skills', 'init', 'greet', '--json']);
      expect([made.code, JSON.parse(made.out)]).toEqual([
        0,
        { name: 'greet', folder: 'greet', files: ['skill.json', 'main.ts', 'tests.json'] },
      ]);
      expect(run(['skills', 'test', 'greet'])).toMatchObject({
        code: 0,
        out: expect.stringContaining('2 of 2 passed.'),
      });
      // It does not overwrite existing files.
      expect(run(['skills', 'init', 'greet'])).toMatchObject({
        code: 1,
        err: expect.stringContaining('already exists'),
      });
      const here = run(['skills', 'run', './greet', '--input', '{"name": "Ada"}']);
      expect(here).toMatchObject({ code: 0, out: '{\n  "greeting": "Hello, Ada!"\n}\n' });
      const whole = run(['skills', 'run', './greet', '--input', '{}', '--json']);
      expect([whole.code, JSON.parse(whole.out)]).toEqual([2, { error: expect.stringContaining('name') as string }]);
      write('greet/tests.json', '[{"name": "other words", "input": {"name": "Ada"}, "output": {"greeting": "Hi"}}]');
      const failed = run(['skills', 'test', 'greet']);
      expect(failed).toMatchObject({ code: 2, out: expect.stringContaining('FAIL  other words') });
      expect(failed.out).toContain('got {"output":{"greeting":"Hello, Ada!"}}');
      write('greet/main.ts', 'export default ( => 1');
      expect(run(['skills', 'test', 'greet'])).toMatchObject({
        code: 1,
        err: expect.stringContaining('main.ts, line 1'),
      });
    });

    test('can make only the sandbox calls that a test defines', () => {
      run(['skills', 'init', 'keys']);
      const definition = { name: 'keys', grants: { secrets: ['KEY'] }, timeoutSeconds: 1 };
      write('keys/skill.json', JSON.stringify(definition));
      write(
        'keys/main.ts',
        'export default async (input: string, { secrets }: any) => { if (input === "loop") for (;;); return [typeof process, await secrets.get("KEY")] }',
      );
      const calls = [{ call: 'secrets.get', args: ['KEY'], result: 'abc' }];
      write(
        'keys/tests.json',
        JSON.stringify([
          { name: 'given', input: '', output: ['undefined', 'abc'], calls },
          { name: 'not given', input: '', error: 'The test does not mock secrets.get("KEY")' },
          { name: 'endless', input: 'loop', error: 'ran longer than 1 s' },
        ]),
      );
      expect(run(['skills', 'test', 'keys'])).toMatchObject({
        code: 0,
        out: expect.stringContaining('3 of 3 passed.'),
      });
    });
  });

  test('backup and restore report missing settings and change nothing', () => {
    const backup = run(['backup', 'taken']);
    expect([backup.code, backup.out, backup.err]).toEqual([1, '', expect.stringContaining('There is no installation')]);
    expect(run(['backup'])).toMatchObject({ code: 1, err: expect.stringContaining('Usage: coresdk backup') });
    expect(run(['restore', '--check', 'taken'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('has no manifest.json: it is not a backup'),
    });
    expect(readdirSync(folder).sort()).toEqual(['input.json', 'policy']);
  });

  describe('policy check', () => {
    test('is silent on valid policies, and reports the position, code and cause of every error', () => {
      expect(run(['policy', 'check', 'policy'])).toEqual({ code: 0, out: '', err: '2 files are fine.\n' });
      write('policy/bad.rego', 'package bad\n\nallow if {\n\tx > 1\n}\n');
      const { code, out, err } = run(['policy', 'check', 'policy']);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain('policy/bad.rego:4:2: rego_unsafe_var_error: var x is unsafe');
      const json = run(['policy', 'check', '--format', 'json', 'policy']);
      expect(JSON.parse(json.out)).toMatchObject({
        errors: expect.arrayContaining([
          expect.objectContaining({
            code: 'rego_unsafe_var_error',
            location: { file: 'policy/bad.rego', row: 4, col: 2 },
          }),
        ]),
      });
    });

    test('reports errors in paths and data', () => {
      expect(run(['policy', 'check', 'nowhere']).err).toBe('There is no file or folder nowhere.\n');
      expect(run(['policy', 'check', 'input.json']).err).toContain('There is no .rego file under input.json.');
      write('policy/users/data.json', '{broken');
      expect(run(['policy', 'check', 'policy'])).toMatchObject({
        code: 1,
        err: expect.stringContaining('users/data.json'),
      });
    });
  });

  describe('policy test', () => {
    test('counts passed tests, exits 2 when a test fails, and reports its position', () => {
      expect(run(['policy', 'test', 'policy'])).toEqual({ code: 0, out: 'PASS: 2/2\n', err: '' });
      write('policy/app_test.rego', `${TESTS}\ntest_wrong if {\n\tprint("saw", 7)\n\tapp.allow\n}\n`);
      const { code, out } = run(['policy', 'test', 'policy']);
      expect(code).toBe(2);
      expect(out).toMatch(/policy\/app_test.rego:9: data.app_test.test_wrong: FAIL \([\d.]+ ms\)\n {2}saw 7\n/);
      expect(out).toContain('PASS: 2/3\nFAIL: 1\n');
      expect(run(['policy', 'test', '--run', 'member', 'policy']).out).toBe('PASS: 1/1\n');
      expect(JSON.parse(run(['policy', 'test', '-f', 'json', 'policy']).out)).toMatchObject({ passed: 2, failed: 1 });
    });

    test('measures coverage, and can require a minimum', () => {
      write('policy/more.rego', 'package app\n\nunused if {\n\tinput.x\n}\n');
      const { out, code } = run(['policy', 'test', '--coverage', 'policy']);
      expect(code).toBe(0);
      expect(out).toMatch(/policy\/more.rego +0.0 % {2}not covered: 3–4/);
      expect(run(['policy', 'test', '--threshold', '100', 'policy'])).toMatchObject({ code: 2 });
      expect(run(['policy', 'test', '--threshold', '50', 'policy'])).toMatchObject({ code: 0 });
    });
  });

  describe('policy eval', () => {
    test('prints the value of a rule, with input from a file or from standard input', () => {
      expect(run(['policy', 'eval', 'policy', 'app.allow', '-i', 'input.json'])).toEqual({
        code: 0,
        out: 'true\n',
        err: '',
      });
      const piped = run(
        ['policy', 'eval', 'data.app.allow', '--bundle-dir', 'policy', '--input', '-'],
        '{"user":"eve"}',
      );
      expect(piped).toEqual({ code: 0, out: 'false\n', err: '' });
      expect(run(['policy', 'eval', 'policy', 'app.allow', '--fail'])).toMatchObject({ code: 1, out: 'false\n' });
      expect(run(['policy', 'eval', 'policy', 'app.nothing'])).toMatchObject({ out: 'undefined\n' });
      expect(JSON.parse(run(['policy', 'eval', 'policy', 'data.members', '-f', 'json']).out)).toEqual({
        result: [{ expressions: [{ value: ['ann'], text: 'data.members' }] }],
      });
      expect(run(['policy', 'eval', 'policy', 'data.members[i] = who']).out).toBe('{"i":0,"who":"ann"}\n');
      expect(run(['policy', 'eval', 'policy', 'x = ']).err).toContain('rego_parse_error');
      expect(run(['policy', 'eval', 'policy', 'app.allow', '-i', 'policy/app.rego'])).toMatchObject({ code: 1 });
    });
  });

  test('policy fmt prints, lists, writes and checks', () => {
    const rough = 'package a\nallow   if  { input.x==1 }\n';
    write('rough.rego', rough);
    const { out } = run(['policy', 'fmt', 'rough.rego']);
    expect(out).toBe('package a\n\nallow if {\n\tinput.x == 1\n}\n');
    expect(run(['policy', 'fmt', '--list', '.']).out).toBe('rough.rego\n');
    expect(run(['policy', 'fmt', '--fail', '.'])).toMatchObject({ code: 2 });
    expect(run(['policy', 'fmt', '--write', '.'])).toMatchObject({ code: 0, out: '' });
    expect(readFileSync(path.join(folder, 'rough.rego'), 'utf8')).toBe(out);
    expect(run(['policy', 'fmt', '--fail', '.'])).toMatchObject({ code: 0 });
    write('rough.rego', 'package a\n\np if {\n');
    expect(run(['policy', 'fmt', '--write', '.'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('rego_parse_error'),
    });
    expect(readFileSync(path.join(folder, 'rough.rego'), 'utf8')).toBe('package a\n\np if {\n');
  });

  test('policy bench measures a rule', () => {
    const { code, out } = run(['policy', 'bench', 'policy', 'app.allow', '-i', 'input.json', '--seconds', '0.1']);
    expect(code).toBe(0);
    for (const row of ['per second', 'mean', 'p50', 'p99']) expect(out).toMatch(new RegExp(`^${row} +[\\d.,]+`, 'm'));
    expect(run(['policy', 'bench', 'policy', 'app.nothing'])).toMatchObject({ code: 1 });
  });

  test('conformance rego prints passed and total counts by category, names failures, and exits 1', () => {
    const good = {
      note: 'sums/two',
      category: 'sums',
      modules: ['package g\n\np := 1 + 1\n'],
      query: 'data.g.p = x',
      want_result: [{ x: 2 }],
    };
    const bad = { ...good, note: 'sums/wrong', want_result: [{ x: 3 }] };
    write('good.jsonl', `${JSON.stringify(good)}\n`);
    write('bad.jsonl', `${JSON.stringify(good)}\n${JSON.stringify(bad)}\n`);
    expect(run(['conformance', 'rego', 'good.jsonl'])).toEqual({ code: 0, out: 'sums  1/1\n1/1 passed\n', err: '' });
    const { code, out } = run(['conformance', 'rego', 'bad.jsonl']);
    expect(code).toBe(1);
    expect(out).toMatch(/^sums {2}1\/2\nFAILED sums\/wrong: .+\n1\/2 passed\n$/);
    const report = run(['conformance', 'rego', 'bad.jsonl', '--json']);
    expect([report.code, JSON.parse(report.out)]).toEqual([
      1,
      expect.objectContaining({ passed: 1, total: 2, failures: [expect.objectContaining({ note: 'sums/wrong' })] }),
    ]);
  });

  test('conformance pii prints passed and total counts by recognizer, names failures, and exits 1', () => {
    const good = {
      recognizer: 'EmailRecognizer',
      test: 't',
      text: 'a@b.com',
      entity: 'EMAIL_ADDRESS',
      expected_count: 1,
    };
    const value = { source: 'test_pl_pesel_recognizer.py', test: 't', value: '44051401458', expected: true };
    write('good.json', JSON.stringify({ cases: [good], validators: [value] }));
    write('bad.json', JSON.stringify({ cases: [good, { ...good, expected_count: 2 }], validators: [value] }));
    write('other.json', '[]');
    expect(run(['conformance', 'pii', 'good.json'])).toEqual({
      code: 0,
      out: [
        'EmailRecognizer              1/1',
        'test_pl_pesel_recognizer.py  1/1',
        '1/1 passed (100.0%), 1/1 validators\n',
      ].join('\n'),
      err: '',
    });
    const { code, out } = run(['conformance', 'pii', 'bad.json']);
    expect(code).toBe(1);
    expect(out).toContain('FAILED EmailRecognizer "a@b.com": wanted 2, found [[0,7]]\n1/2 passed (50.0%)');
    expect(run(['conformance', 'pii', 'other.json'])).toMatchObject({ code: 1, out: '' });
  });
});
