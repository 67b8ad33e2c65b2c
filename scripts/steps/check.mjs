import { runQuietly } from './process.mjs';
import { say, secondsSince, show } from './report.mjs';

/** What `npm run check` checks, in this order. */
const checks = [
  { name: 'format', command: 'prettier', args: ['--check', '.'] },
  { name: 'lint', command: 'eslint', args: ['.'] },
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
  {
    name: 'who imports whom',
    command: 'depcruise',
    args: ['src', 'migrations', '--config', 'test/architecture/dependency-rules.cjs'],
  },
  { name: 'proto lint', command: 'buf', args: ['lint', 'proto'] },
  { name: 'proto breaking', command: 'buf', args: ['breaking', 'proto', '--against', 'proto/baseline.binpb'] },
  { name: 'proto generated', command: 'node', args: ['scripts/proto.mjs', '--check'] },
  { name: 'unused code', command: 'knip', args: [] },
];

/**
 * Runs all checks, also after one has failed; a tool's own output is shown only if it fails.
 * @returns the exit code: 0, or 1 if any failed
 */
export async function check() {
  const start = performance.now();
  const failed = [];
  for (const { name, command, args } of checks) {
    const stepStart = performance.now();
    const { code, output } = await runQuietly(command, args);
    say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(18)}${secondsSince(stepStart).padStart(7)}`);
    if (code === 0) continue;
    failed.push(name);
    show(output);
  }
  const outcome = failed.length === 0 ? `all ${checks.length} checks passed` : `failed: ${failed.join(', ')}`;
  say(`${outcome} (${secondsSince(start)})`);
  return failed.length === 0 ? 0 : 1;
}
