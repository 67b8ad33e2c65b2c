import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiledCode, root } from './process.mjs';
import { printLine, secondsSince } from './report.mjs';
import { serverFlags } from './server-flags.mjs';

/** The time to wait for the product to stop. Responses take less time than this; open streams are not awaited. */
const STOP_MS = 1_000;
/** The interval between checks whether a started product is ready. */
const READY_MS = 20;
/** V8 copies the many objects of a start less often if its young space has its full size from the beginning. */
const startFlags = ['--min-semi-space-size=32'];

/**
 * The product process. The next one loads packages while its program is being built, and starts while the previous one stops. Only one has
 * its ports open at a time.
 */
export class Product {
  #packages;
  #arguments;
  #child = null;
  /** The process that runs the program next, and the modification time of its packages. */
  #next = null;
  /** Resolves when all requested restarts are done. Restarts run one after another; a later one ends the wait for an earlier one. */
  #turn = Promise.resolve();
  #requests = 0;
  #isWanted = true;

  /** @param output the folder of the program and of its packages. @param args arguments for the program. */
  constructor(output, args) {
    this.#packages = join(root, output, 'packages.js');
    const program = join(root, output, 'src/main.js');
    const launcher = join(root, 'scripts/steps/dev-process.cjs');
    this.#arguments = [...serverFlags, ...startFlags, launcher, this.#packages, program, ...args];
  }

  /** Starts the process that the next restart needs. */
  prepare() {
    if (this.#next?.packages === this.#version() && isRunning(this.#next.child)) return;
    this.#next?.child.kill('SIGKILL');
    const child = spawn(process.execPath, this.#arguments, {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...compiledCode, ...process.env },
    });
    // The process may end before it receives its messages.
    child.on('error', () => undefined);
    this.#next = { child, packages: this.#version() };
  }

  /**
   * Replaces the running product. Resolves when the new one is ready, has ended, or is to be replaced again.
   * @param since the time of the change, which the message about the restart counts from; undefined for the first start.
   */
  restart(since) {
    const request = ++this.#requests;
    this.#turn = this.#turn.then(() => this.#replace(request, since));
    return this.#turn;
  }

  /** Ends the process that `prepare` started, after all requested restarts. */
  discard() {
    this.#turn = this.#turn.then(() => {
      this.#next?.child.kill('SIGKILL');
      this.#next = null;
    });
    return this.#turn;
  }

  async stop() {
    this.#isWanted = false;
    await this.discard();
    await this.#end();
  }

  async #replace(request, since) {
    if (!this.#isWanted || request !== this.#requests) return;
    this.prepare();
    const { child } = this.#next;
    this.#next = null;
    tell(child, 'run');
    await this.#end();
    this.#child = child;
    tell(child, 'listen');
    const isReady = await this.#ready(child, request);
    if (isReady && since !== undefined) printLine(`restarted in ${secondsSince(since)}`);
  }

  /** Returns whether the product is ready; false if it has ended or is to be replaced. */
  async #ready(child, request) {
    const url = `http://127.0.0.1:${process.env.HEALTH_PORT || 9091}/readyz`;
    const isUp = () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    while (this.#isWanted && isRunning(child) && request === this.#requests) {
      if (await isUp()) return true;
      await sleep(READY_MS);
    }
    return false;
  }

  async #end() {
    const child = this.#child;
    if (child === null || !isRunning(child)) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  }

  /** Returns a value that changes with the packages; undefined before the first build. */
  #version() {
    return statSync(this.#packages, { throwIfNoEntry: false })?.mtimeMs;
  }
}

const tell = (child, message) => child.send(message, () => undefined);

const isRunning = ({ exitCode, signalCode }) => exitCode === null && signalCode === null;
