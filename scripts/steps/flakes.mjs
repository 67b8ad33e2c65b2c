import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from './process.mjs';
import { StepError, printLine } from './report.mjs';
import { runTests } from './test.mjs';

const loopsPerCore = 2;

/**
 * Runs all tests several times alongside two busy loops per core, without retries, and names every file that failed.
 * @param rounds the number of rounds: the first argument, or 5. The other arguments go to Jest.
 * @returns the exit code: 1 if a file failed in any round.
 */
export async function flakes([rounds = '5', ...args]) {
  const count = Number(rounds);
  if (!Number.isInteger(count) || count < 1) throw new StepError('Usage: npm run flakes -- [rounds] [Jest arguments]');
  const folder = mkdtempSync(join(tmpdir(), 'coresdk-flakes-'));
  const loops = Array.from({ length: loopsPerCore * availableParallelism() }, startLoop);
  const failures = [];
  try {
    for (let round = 1; round <= count; round += 1) {
      const { code, files } = await runTests(args, join(folder, `${round}.json`));
      const failed = files.filter((file) => file.failed > 0).map(({ path }) => relative(root, path));
      // A run that was terminated has no report, or a report without failures.
      if (code !== 0 && failed.length === 0) throw new StepError(`Round ${round} ended with code ${code}.`);
      failures.push(...failed.map((path) => `round ${round}: ${path}`));
      printLine(`flakes: round ${round} of ${count}, ${failed.length} of ${files.length} files failed`);
    }
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
  for (const failure of failures) printLine(`flakes: ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

/** Starts a process that is always busy. It ends when its input closes, even if this process is killed. */
function startLoop() {
  const program = `setInterval(() => { for (const end = Date.now() + 200; Date.now() < end; ); }, 0);
process.stdin.resume().on('end', () => process.exit());`;
  return spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'ignore', 'ignore'] });
}
