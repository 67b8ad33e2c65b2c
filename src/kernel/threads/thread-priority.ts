import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/**
 * Nice values of threads, which Linux keeps for each: requests and decisions come before tenants' work, and work of those who
 * used little comes before work of those who used much.
 */
export const NICE = { usual: 5, low: 15 } as const;

/** Gives the thread that calls this a priority. Does nothing on systems that would change the whole process, or refuse. */
export function setOwnNice(nice: number): void {
  if (process.platform === 'linux') attempt(() => os.setPriority(0, nice));
}

/** The number by which Linux knows the thread that calls this; `null` on other systems. */
export function ownTaskId(): number | null {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return null;
  }
}

/** Gives a thread of this process a lower priority, from outside: one that computes hears no message. */
export function lowerThread(taskId: number): void {
  // Its number could be another process's once it has ended.
  if (existsSync(`/proc/self/task/${taskId}`)) attempt(() => os.setPriority(taskId, NICE.low));
}

let hasLoweredHelpers = false;

/**
 * Lowers the priority of the threads by which V8 collects garbage and compiles, once for the process. Most of their work is for
 * threads with tenants' work, and for the main thread's they get no less time than it waits. Node names them from 22 on.
 */
export function lowerHelpers(): void {
  if (hasLoweredHelpers || process.platform !== 'linux') return;
  hasLoweredHelpers = true;
  attempt(() => {
    for (const task of readdirSync('/proc/self/task')) {
      const name = readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim();
      if (name === 'V8Worker') os.setPriority(Number(task), NICE.usual);
    }
  });
}

/** Threads whose priority cannot be changed compete as equals. */
function attempt(change: () => void): void {
  try {
    change();
  } catch {
    return;
  }
}
