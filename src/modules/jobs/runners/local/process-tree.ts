import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** One process of the machine, as Linux tells. */
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
 * What a job's process has started and what of that is left: all of its session and group, their children, and whatever
 * has the job's directory in its environment, which children inherit into sessions of their own. Known on Linux only;
 * elsewhere it is empty, and the process group is all that is ended.
 * @param leader its process id, which is its group's and its session's; `null` for a job of a worker that is gone.
 * @param directory of the run.
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

/** Kills them, until there are none that can be found. */
export async function killProcessesOf(leader: number | null, directory: string): Promise<void> {
  for (let round = 0; round < KILL_ROUNDS; round++) {
    const left = await processesOf(leader, directory);
    if (left.length === 0) return;
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    await sleep(KILL_EVERY_MS);
  }
}

/** What the processes have in memory together. */
export function residentBytes(processes: readonly Seen[]): number {
  return processes.reduce((bytes, { residentPages }) => bytes + residentPages * PAGE_BYTES, 0);
}

/** When a process began, in ticks since the machine did: with its id, what no other process ever has. `null` for none. */
export async function beginOf(pid: number): Promise<string | null> {
  return (await fieldsOf(pid))?.[19] ?? null;
}

async function processIds(): Promise<readonly number[]> {
  const names = await readdir('/proc').catch((): string[] => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

async function seen(pid: number): Promise<Seen | null> {
  const fields = await fieldsOf(pid);
  // One that is dead and only waits to be asked for is none that could be killed.
  if (fields === null || fields[0] === 'Z') return null;
  const [, parent, group, session] = fields.map(Number);
  return { pid, parent: parent ?? 0, group: group ?? 0, session: session ?? 0, residentPages: Number(fields[21] ?? 0) };
}

/** The fields of /proc/<pid>/stat from the third on, which is the state: the second may have blanks and brackets in it. */
async function fieldsOf(pid: number): Promise<readonly string[] | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? null;
}

async function isMarked(pid: number, directory: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.includes(directory);
}
