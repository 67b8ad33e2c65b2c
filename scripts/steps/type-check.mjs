import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { printLine } from './report.mjs';

/** The longest pause. After it, a product that does not start no longer delays the errors that explain why. */
const MAX_PAUSE_MS = 10_000;

/** Starts `tsc`, which prints the type errors after each change. It has low priority, and can pause while something else is urgent. */
export function checkTypes() {
  const args = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--watch', '--preserveWatchOutput'];
  const tsc = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  setPriority(tsc.pid, constants.priority.PRIORITY_LOW);
  tsc.stdout.on('data', (chunk) => {
    const lines = chunk.toString().split('\n');
    for (const line of lines) if (/error TS\d+/.test(line)) printLine(line);
  });
  let timer;
  const resume = () => {
    clearTimeout(timer);
    tsc.kill('SIGCONT');
  };
  const pause = () => {
    clearTimeout(timer);
    timer = setTimeout(resume, MAX_PAUSE_MS);
    tsc.kill('SIGSTOP');
  };
  const stop = () => {
    clearTimeout(timer);
    tsc.kill('SIGKILL');
  };
  return { pause, resume, stop };
}
