import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { builtPackage } from '../../test/support/built-package.js';

let program: string;
let policies: readonly string[];

beforeAll(() => {
  const folder = path.join(builtPackage('rego'), 'bench');
  program = path.join(folder, 'run.mjs');
  policies = readdirSync(path.join(folder, 'policies')).map((file) => path.basename(file, '.mjs'));
});

const bench = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });

it('measures each policy and checks its decisions', () => {
  const { status, stdout } = bench('--quick', '--peers', 'none');
  expect([status, policies.length]).toEqual([0, 6]);
  for (const policy of policies) {
    for (const input of ['JSON', 'parsed']) {
      expect(stdout).toMatch(new RegExp(`^${policy} +@coresdk/rego +${input} +[\\d,]+ +[\\d.]+ +1\\.00 `, 'm'));
    }
  }
});

it('reports an unknown policy or peer', () => {
  expect(bench('--only', 'rbac,none')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^There is no policy none\.\n\nnpm run bench/) as string,
  });
  expect(bench('--peers', 'cedar')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^There is no peer cedar\./) as string,
  });
});

it('measures the server, and skips OPA if it is not installed', () => {
  const program = path.join(builtPackage('rego'), 'bench', 'server.mjs');
  const { status, stdout } = spawnSync(
    process.execPath,
    [program, '--quick', '--only', 'rbac', '--opa', 'no-such-program'],
    {
      encoding: 'utf8',
    },
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/^opa run --server is skipped: there is no program no-such-program$/m);
  expect(stdout).toMatch(/^rbac +rego run --server +[\d,]+ +[\d.]+ +1\.00 /m);
});
