import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onCore } from './cores.mjs';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

const STOP_MS = 20_000;

/** The processes of one scenario; `stop` stops them in reverse start order, so that the store's owner stops last. */
export class Processes {
  #running = [];

  /** @param logFolder where each process writes its output, which is shown if it ends unexpectedly. */
  constructor(logFolder) {
    this.logFolder = logFolder;
  }

  /**
   * Starts a Node program, or another program if `options.program` is set.
   * @param options.core `serving` (default): only that core; `other`: the loader's core; or `any`.
   * @param options.nodeArgs such as --cpu-prof.
   * @param options.program instead of Node.
   */
  start(name, argv, { env = {}, core = 'serving', nodeArgs = [], program: wanted = process.execPath } = {}) {
    const logFile = path.join(this.logFolder, `${name}.log`);
    const log = openSync(logFile, 'a');
    const command = [wanted, ...nodeArgs, ...argv];
    const [program, ...args] = onCore(core, command);
    const child = spawn(program, args, {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', log, log],
    });
    const started = { name, child, pid: child.pid, logFile };
    this.#running.push(started);
    return started;
  }

  async stop() {
    while (this.#running.length > 0) await end(this.#running.pop());
  }
}

/** Stops a process as an operator would. Kills it only if it does not stop. */
export async function end({ child }) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(late);
}

/** Polls a URL until it returns 200. Returns how many milliseconds that took. */
export async function untilReady(started, url, timeoutMs = 60_000) {
  const began = performance.now();
  while (performance.now() - began < timeoutMs) {
    if (started.child.exitCode !== null) break;
    const status = await fetch(url).then(
      async (answer) => (await answer.text(), answer.status),
      () => 0,
    );
    if (status === 200) return performance.now() - began;
    await sleep(10);
  }
  throw new Error(`${started.name} did not become ready. Its output:\n${readFileSync(started.logFile, 'utf8')}`);
}

/** Returns `count` unused ports. */
export async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
