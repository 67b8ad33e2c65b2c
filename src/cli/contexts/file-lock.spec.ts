import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { withFileLock } from './file-lock';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'coresdk-lock-'));
  file = path.join(folder, 'sign-ins', 'default.json.lock');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the work of several holders, and returns the largest number that ran at once. */
async function mostAtOnce(holders: number): Promise<number> {
  let [running, most] = [0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    running--;
  };
  await Promise.all(Array.from({ length: holders }, () => withFileLock(file, work)));
  return most;
}

/** Leaves the lock of a process behind that has ended. */
async function leaveLockOfDeadProcess(): Promise<void> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  writeFileSync(file, `${child.pid} ${hostname()} 1`);
}

it('lets one holder work at a time, and leaves nothing behind', async () => {
  expect(await mostAtOnce(8)).toBe(1);
  expect(readdirSync(path.dirname(file))).toEqual([]);
});

it('returns the result, and is released after an error', async () => {
  await expect(withFileLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withFileLock(file, () => Promise.resolve(7))).toBe(7);
});

it('breaks the lock of a process that has ended, for one holder at a time', async () => {
  await withFileLock(file, () => Promise.resolve());
  await leaveLockOfDeadProcess();
  expect(await mostAtOnce(8)).toBe(1);
  expect(readdirSync(path.dirname(file))).toEqual([]);
});

it('breaks the lock of an earlier process with the same id, as in a container', async () => {
  await withFileLock(file, () => Promise.resolve());
  writeFileSync(file, `${process.pid} ${hostname()} 1`);
  expect(await mostAtOnce(2)).toBe(1);
});

it('breaks an old lock of another machine', async () => {
  await withFileLock(file, () => Promise.resolve());
  writeFileSync(file, '1 another-machine 1');
  const long = new Date(Date.now() - 61_000);
  utimesSync(file, long, long);
  // A process that was breaking the lock crashed, too.
  writeFileSync(`${file}.break`, '');
  utimesSync(`${file}.break`, long, long);
  expect(await mostAtOnce(2)).toBe(1);
});

it('waits for a process that is running, and for another machine', async () => {
  await withFileLock(file, () => Promise.resolve());
  for (const owner of [`${process.ppid} ${hostname()} 1`, '1 another-machine 1']) {
    writeFileSync(file, owner);
    let hasBegun = false;
    const waiting = withFileLock(file, async () => {
      hasBegun = true;
    });
    // The first attempt takes place at once, so each iteration could break the lock by mistake.
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    expect([hasBegun, existsSync(file)]).toEqual([false, true]);
    rmSync(file);
    await waiting;
    expect(hasBegun).toBe(true);
  }
});
