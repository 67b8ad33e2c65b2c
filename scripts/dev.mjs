/**
 * `npm run dev`: runs the product and restarts it after each change to its code, SQL or pages. It compiles only changed
 * files, in milliseconds. A separate tsc process checks types and reports errors. The embedded database keeps running
 * between restarts, because this process shares it.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { filesUnder, isTest } from './steps/build.mjs';
import { buildPackage } from './steps/build-package.mjs';
import { compiledCode, root } from './steps/process.mjs';
import { printLine, secondsSince } from './steps/report.mjs';
import { serverFlags } from './steps/server-flags.mjs';

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
    this.#arguments = [...serverFlags, 'dist/src/main.js', ...args];
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
const product = new Product(process.argv.slice(2));
const database = await shareInDatabase();
// The next `npm start` must not mistake these files for a finished build.
rmSync('dist/.built-from', { force: true });
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile('tsconfig.build.json', ts.sys.readFile).config,
  ts.sys,
  root,
);
const watchers = [
  watchFolder('src', compile),
  watchFolder('migrations', compile),
  watchFolder('rego/src', rebuildRego),
];
const types = checkTypes();
product.restart();
await interrupted();
for (const watcher of watchers) clearInterval(watcher);
types.kill();
await product.stop();
await database.stop();

/** Opens a shared handle to the embedded database; does nothing if `DATABASE_URL` names a different database. */
async function shareInDatabase() {
  if (process.env.DATABASE_URL) return { stop: async () => undefined };
  const file = pathToFileURL(join(root, 'dist/src/kernel/database/embedded/embedded-postgres.js')).href;
  const { default: embedded } = await import(file);
  return embedded.openEmbeddedPostgres({ dataDir: process.env.DATA_DIR || '.data', log: printLine });
}

/**
 * Passes changed files in a folder to `take`, and restarts the product if that succeeds. Polls the modification times,
 * because editors replace files, which file system events do not report reliably.
 */
function watchFolder(folder, take) {
  let known = timesIn(folder);
  let isBusy = false;
  return setInterval(async () => {
    if (isBusy) return;
    const now = timesIn(folder);
    const changed = [...known.keys(), ...now.keys()].filter((path) => known.get(path) !== now.get(path));
    known = now;
    if (changed.length === 0) return;
    isBusy = true;
    try {
      if (await take([...new Set(changed)])) product.restart();
    } catch (error) {
      printLine(error.message);
    } finally {
      isBusy = false;
    }
  }, LOOK_MS);
}

/** Returns the modification times of the files in a folder, without tests and documents. */
function timesIn(folder) {
  const times = new Map();
  for (const path of filesUnder(folder)) {
    if (isTest(path) || path.endsWith('.md')) continue;
    // Undefined if the file was deleted after it was listed.
    const mtime = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (mtime !== undefined) times.set(path, mtime);
  }
  return times;
}

/** Returns whether all files compiled. Otherwise the previous product process keeps running. */
function compile(paths) {
  return paths.map(compileOne).every(Boolean);
}

function compileOne(path) {
  const output = join('dist', path);
  const isCode = path.endsWith('.ts');
  if (!existsSync(path)) {
    for (const made of isCode ? [output.replace(/ts$/, 'js'), `${output.replace(/ts$/, 'js')}.map`] : [output]) {
      rmSync(made, { recursive: true, force: true });
    }
    return true;
  }
  if (!isCode) return copyAsset(path, output);
  const made = ts.transpileModule(readFileSync(path, 'utf8'), {
    fileName: path,
    compilerOptions: options,
    reportDiagnostics: true,
  });
  // Diagnostics without a file are about the compiler settings; tsc reports them.
  const faults = made.diagnostics.filter(({ file }) => file !== undefined);
  for (const { file, start = 0, messageText } of faults) {
    const { line } = file.getLineAndCharacterOfPosition(start);
    printLine(`${path}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  }
  if (faults.length > 0) return false;
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output.replace(/ts$/, 'js'), made.outputText);
  writeFileSync(`${output.replace(/ts$/, 'js')}.map`, made.sourceMapText);
  return true;
}

function copyAsset(path, output) {
  mkdirSync(dirname(output), { recursive: true });
  copyFileSync(path, output);
  return true;
}

async function rebuildRego() {
  await buildPackage('rego', process.execPath);
  return true;
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
