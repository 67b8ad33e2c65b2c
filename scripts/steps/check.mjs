import { runQuietly } from './process.mjs';
import { printLine, secondsSince, show } from './report.mjs';

/**
 * Skips files that have not changed since they passed. Some lint rules need types from other files, so a change in those files can be
 * missed. A fresh clone, as in CI, has no cache.
 */
const remember = (tool) => [
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  `node_modules/.cache/checked-${tool}`,
];

/** The checks that `npm run check` runs, in order. */
const checks = [
  { name: 'format', command: 'prettier', args: ['--check', '.', ...remember('prettier')] },
  { name: 'lint', command: 'eslint', args: ['.', ...remember('eslint')] },
  {
    name: 'types',
    command: 'tsc',
    args: ['--noEmit', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc.json'],
  },
  {
    name: 'SDK types',
    command: 'tsc',
    args: ['-p', 'sdk', '--noEmit', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc-sdk.json'],
  },
  {
    name: 'React types',
    command: 'tsc',
    args: ['-p', 'sdk-react', '--noEmit', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc-react.json'],
  },
  {
    name: 'Rego types',
    command: 'tsc',
    args: ['-p', 'rego', '--noEmit', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc-rego.json'],
  },
  { name: 'docs types', command: 'tsc', args: ['-p', 'docs/.vitepress'] },
  { name: 'API documents', command: 'node', args: ['scripts/lint-openapi.mjs'] },
  { name: 'SDK is current', command: 'node', args: ['scripts/sdk-types.mjs', '--check'] },
  {
    name: 'dependencies',
    command: 'depcruise',
    args: [
      'src',
      'migrations',
      'rego/src',
      'sdk/src',
      'sdk-react/src',
      '--config',
      'test/architecture/dependency-rules.cjs',
    ],
  },
  { name: 'docs', command: 'node', args: ['scripts/run.mjs', 'docs:build'] },
  { name: 'proto lint', command: 'buf', args: ['lint', 'proto'] },
  { name: 'proto breaking', command: 'buf', args: ['breaking', 'proto', '--against', 'proto/baseline.binpb'] },
  { name: 'proto generated', command: 'node', args: ['scripts/proto.mjs', '--check'] },
  { name: 'unused code', command: 'knip', args: [] },
  { name: 'prose', command: 'node', args: ['scripts/steps/prose.mjs'] },
  {
    name: 'house rules',
    command: 'jest',
    args: [
      'test/architecture/house-rules.spec.ts',
      'test/architecture/routes.spec.ts',
      'test/architecture/hosting.spec.ts',
      'test/architecture/without-tenant.spec.ts',
      'test/architecture/caches.spec.ts',
    ],
  },
  {
    name: 'schema and locks',
    command: 'jest',
    args: ['test/architecture/schema.int-spec.ts', 'src/kernel/database/locks.int-spec.ts'],
  },
];

/**
 * Runs all checks, even after one has failed. Shows the output of a tool only if it fails.
 * @returns the exit code: 0, or 1 if any check failed
 */
export async function check() {
  const start = performance.now();
  const failed = [];
  for (const { name, command, args } of checks) {
    const stepStart = performance.now();
    const { code, output } = await runQuietly(command, args);
    printLine(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(18)}${secondsSince(stepStart).padStart(7)}`);
    if (code === 0) continue;
    failed.push(name);
    show(output);
  }
  const outcome = failed.length === 0 ? `all ${checks.length} checks passed` : `failed: ${failed.join(', ')}`;
  printLine(`${outcome} (${secondsSince(start)})`);
  return failed.length === 0 ? 0 : 1;
}
