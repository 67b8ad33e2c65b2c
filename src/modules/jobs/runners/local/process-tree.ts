import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process on this machine, as reported by Linux. */
interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly residentPages: number;
}

const PAGE_BYTES = 4_096;
const KILL_ROUNDS = 20;
const KILL_EVERY_MS = 10;

/**
 * Returns the remaining processes that a job has started: the processes of its session and process group, and their children. Also returns
 * every process with the job's directory in its environment, because children in other sessions inherit the environment too. Works only on
 * Linux. On other systems, the result is empty, and only the process group is killed.
 * @param leader the job's process id, which is also the id of its group and session; `null` for a job of a dead worker.
 * @param directory the run's directory.
 */
export async function processesOf(leader: number | null, directory: string): Promise<readonly Seen[]> {
  const all = (await Promise.all((await processIds()).map(seen))).filter((one) => one !== null);
  const ours = new Set<number>();
  await Promise.all(
    all.map(async ({ pid, group, session }) => {
      if (pid === process.pid) return;
      if (group === leader || session === leader || (await isMarked(pid, directory))) ours.add(pid);
    }),
  );
  for (let size = -1; size !== ours.size;) {
    size = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  }
  return all.filter(({ pid }) => ours.has(pid));
}

/** Kills these processes repeatedly until no more can be found. */
export async function killProcessesOf(leader: number | null, directory: string): Promise<void> {
  for (let round = 0; round < KILL_ROUNDS; round++) {
    const left = await processesOf(leader, directory);
    if (left.length === 0) return;
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // The process has already ended.
      }
    }
    await sleep(KILL_EVERY_MS);
  }
}

/** Returns the total resident memory of the processes. */
export function residentBytes(processes: readonly Seen[]): number {
  return processes.reduce((bytes, { residentPages }) => bytes + residentPages * PAGE_BYTES, 0);
}

/**
 * Returns the start time of a process, in ticks since boot. Together with the process id, it is unique. Returns `null` if there is no such
 * process.
 */
export async function beginOf(pid: number): Promise<string | null> {
  return (await fieldsOf(pid))?.[19] ?? null;
}

async function processIds(): Promise<readonly number[]> {
  const names = await readdir('/proc').catch((): string[] => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

async function seen(pid: number): Promise<Seen | null> {
  const fields = await fieldsOf(pid);
  // A zombie cannot be killed.
  if (fields === null || fields[0] === 'Z') return null;
  const [, parent, group, session] = fields.map(Number);
  return { pid, parent: parent ?? 0, group: group ?? 0, session: session ?? 0, residentPages: Number(fields[21] ?? 0) };
}

/** Returns the fields of /proc/<pid>/stat from the third one (the state) onward. The second field may contain spaces and parentheses. */
async function fieldsOf(pid: number): Promise<readonly string[] | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? null;
}

async function isMarked(pid: number, directory: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.includes(directory);
}
