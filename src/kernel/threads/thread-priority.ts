import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/**
 * Nice values for threads, which Linux stores per thread. Requests and decisions come before tenants' work, and the work of tenants that
 * used little CPU time comes before the work of tenants that used a lot of it.
 */
export const NICE = { usual: 5, low: 15 } as const;

/**
 * Sets the priority of the calling thread. Has no effect on systems that would change the priority of the whole process, or that do not
 * allow the change.
 */
export function setOwnNice(nice: number): void {
  if (process.platform === 'linux') attempt(() => os.setPriority(0, nice));
}

/** Returns the Linux task id of the calling thread; `null` on other systems. */
export function ownTaskId(): number | null {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return null;
  }
}

/** Lowers the priority of a thread of this process from outside, because a thread that is computing does not receive messages. */
export function lowerThread(taskId: number): void {
  // After the thread has ended, its id could belong to a different process.
  if (existsSync(`/proc/self/task/${taskId}`)) attempt(() => os.setPriority(taskId, NICE.low));
}

let hasLoweredHelpers = false;

/**
 * Lowers the priority of V8's garbage collection and compiler threads, once per process. Most of their work is for threads that run
 * tenants' work. They still get enough time to do the main thread's share, for which the main thread waits. Node has named these threads
 * since version 22.
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

/** Changes a priority. Threads whose priority cannot be changed compete as equals. */
function attempt(change: () => void): void {
  try {
    change();
  } catch {
    return;
  }
}
