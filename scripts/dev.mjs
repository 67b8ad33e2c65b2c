/**
 * `npm run dev`: runs the product and restarts it after each change to its code, SQL or pages. It compiles only changed
 * files, in about a second. A separate tsc process checks types and reports errors. The embedded database keeps running
 * between restarts, because this process shares it.
 */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { filesUnder, isTest } from './steps/build.mjs';
import { embeddedDatabase, serverEntries } from './steps/bundle.mjs';
import { openBundler } from './steps/bundler.mjs';
import { openPackages } from './steps/packages-bundle.mjs';
import { compiledCode, root } from './steps/process.mjs';
import { printLine, secondsSince } from './steps/report.mjs';
import { serverFlags } from './steps/server-flags.mjs';

/** The folder of the server that this command runs. The other commands neither read nor write it. */
const output = 'dist/dev';
/** The interval between checks for changes. A check takes about ten milliseconds. */
const LOOK_MS = 300;
/** The time to wait for the product to stop. Responses take less time than this; open streams are not awaited. */
const STOP_MS = 1_000;

/** The product process. Only one runs at a time. */
class Product {
  #arguments;
  #child = null;
  #isWanted = true;
  /** Resolves when all requested restarts are done. Restarts run one after another. */
  #turn = Promise.resolve();

  constructor(args) {
    this.#arguments = ['--enable-source-maps', ...serverFlags, `${output}/src/main.js`, ...args];
  }

  restart() {
    this.#turn = this.#turn.then(() => this.#replace());
  }

  async stop() {
    this.#isWanted = false;
    await this.#turn;
    await this.#end();
  }

  async #replace() {
    if (!this.#isWanted) return;
    const start = performance.now();
    const isFirst = this.#child === null;
    await this.#end();
    const child = spawn(process.execPath, this.#arguments, {
      stdio: 'inherit',
      env: { ...compiledCode, ...process.env },
    });
    this.#child = child;
    await this.#ready(child);
    if (!isFirst && child.exitCode === null) printLine(`restarted in ${secondsSince(start)}`);
  }

  /** Resolves when the product is ready or has ended. */
  async #ready(child) {
    const url = `http://127.0.0.1:${process.env.HEALTH_PORT || 9091}/readyz`;
    const isUp = () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    while (this.#isWanted && child.exitCode === null && child.signalCode === null && !(await isUp())) await sleep(50);
  }

  async #end() {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  }
}

process.chdir(root);
if (existsSync('.env')) process.loadEnvFile();
const bundler = await openBundler({ output, entriesOf: serverEntries, packages: openPackages(output) });
const product = new Product(process.argv.slice(2));
if (!(await rebuild())) process.exit(1);
const database = await shareInDatabase();
const watcher = watchSources();
const types = checkTypes();
product.restart();
await interrupted();
clearInterval(watcher);
types.kill();
await product.stop();
await bundler.dispose();
await database.stop();

/** Opens a shared handle to the embedded database; does nothing if `DATABASE_URL` names a different database. */
async function shareInDatabase() {
  if (process.env.DATABASE_URL) return { stop: async () => undefined };
  const file = pathToFileURL(join(root, output, embeddedDatabase.replace(/ts$/, 'js'))).href;
  const { default: embedded } = await import(file);
  return embedded.openEmbeddedPostgres({ dataDir: process.env.DATA_DIR || '.data', log: printLine });
}

/** Returns whether all files compiled. Otherwise the previous product process keeps running. */
async function rebuild() {
  const faults = await bundler.rebuild();
  for (const fault of faults) printLine(fault);
  return faults.length === 0;
}

/**
 * Builds and restarts the product after each change. Polls the modification times, because editors replace files, which file system
 * events do not report reliably.
 */
function watchSources() {
  let known = sourceTimes();
  let isBusy = false;
  return setInterval(async () => {
    if (isBusy) return;
    const now = sourceTimes();
    if (isDeepStrictEqual(known, now)) return;
    known = now;
    isBusy = true;
    if (await rebuild()) product.restart();
    isBusy = false;
  }, LOOK_MS);
}

/** Returns the modification times of the sources, without tests and documents. */
function sourceTimes() {
  const times = new Map();
  for (const path of ['src', 'migrations', 'rego/src'].flatMap(filesUnder)) {
    if (isTest(path) || path.endsWith('.md')) continue;
    // Undefined if the file was deleted after it was listed.
    const mtime = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (mtime !== undefined) times.set(path, mtime);
  }
  return times;
}

/** Starts tsc, which prints type errors. It has low priority, so that it does not delay restarts. */
function checkTypes() {
  const args = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json', '--watch', '--preserveWatchOutput'];
  const tsc = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  setPriority(tsc.pid, constants.priority.PRIORITY_LOW);
  tsc.stdout.on('data', (chunk) => {
    const lines = chunk.toString().split('\n');
    for (const line of lines) if (/error TS\d+/.test(line)) printLine(line);
  });
  return tsc;
}

function interrupted() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  });
}
