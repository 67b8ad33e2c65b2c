/**
 * `npm run dev`: runs the product, and restarts it after each change of its code, SQL or pages. It compiles
 * only changed files, in milliseconds; tsc checks types beside it and reports errors. The embedded database keeps running between
 * restarts, because this process has a share in it.
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

/** How often it looks for changes: a look takes some ten milliseconds. */
const LOOK_MS = 300;
/** Longer than answers take; streams that are open are not waited for. */
const STOP_MS = 1_000;

/** The process of the product: one at a time. */
class Product {
  #arguments;
  #child = null;
  #isWanted = true;
  /** The restarts so far: one follows the other. */
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

  /** Resolves when the product answers, or has ended. */
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
// The next `npm start` must not take what is written here for a finished build.
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

/** Has a share in the embedded database; nothing when `DATABASE_URL` names another. */
async function shareInDatabase() {
  if (process.env.DATABASE_URL) return { stop: async () => undefined };
  const file = pathToFileURL(join(root, 'dist/src/kernel/database/embedded/embedded-postgres.js')).href;
  const { default: embedded } = await import(file);
  return embedded.openEmbeddedPostgres({ dataDir: process.env.DATA_DIR || '.data', log: printLine });
}

/**
 * Hands on what changed in a folder, and restarts when it could be used. Looks at the files' times again and again: editors
 * replace files, which events of the file system do not tell reliably.
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

/** When each file of a folder was written, without tests and documents. */
function timesIn(folder) {
  const times = new Map();
  for (const path of filesUnder(folder)) {
    if (isTest(path) || path.endsWith('.md')) continue;
    // Gone since it was listed, if it is none.
    const mtime = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (mtime !== undefined) times.set(path, mtime);
  }
  return times;
}

/** @returns whether all of them could be compiled; the product before runs on otherwise. */
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
  // Others are of the settings, which tsc tells.
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

/** tsc, which prints what is wrong; it stands back behind what is waited for. */
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
