import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants } from 'node:os';
import { runtimeNode } from './runtime.mjs';

/** The checkout. Programs run here, because they find proto/ and policies/ relative to the working directory. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const projectBin = join(root, 'node_modules', '.bin');
const otherPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== projectBin);

/** A PATH on which `node` is the version in the lock file. */
const projectPath = [projectBin, ...otherPath].join(delimiter);

/** A PATH without the folders that `npm ci` is about to delete. */
export const systemPath = otherPath.join(delimiter);

/** V8's code cache for the product's programs. Later starts reuse it and take a fifth less time. */
export const compiledCode = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled') };

/** The same Ctrl-C arrives from the terminal and again from npm. A person takes longer than this to press it twice. */
const sameSignalMs = 500;

/**
 * Turns this process into `node <args>`: same process id, same terminal, and no process between npm and the program that
 * would have to forward signals and exit codes. Where Node cannot do that (before 22.15; only for the first command in a fresh checkout),
 * runs the program as a child process and forwards signals to it.
 * @param folder the folder in which the program runs.
 * @param variables environment variables to add for the program; the caller's variables take precedence.
 * @returns the exit code, if it returns
 */
export function become(args, { folder = root, variables = {} } = {}) {
  // The program is part of the checkout, so resolve its path before the working directory changes.
  const node = runtimeNode();
  process.chdir(folder);
  const env = { ...variables, ...process.env, PATH: projectPath };
  if (typeof process.execve === 'function') process.execve(node, [node, ...args], env);
  return replaceProcess(node, args, env);
}

/**
 * Runs `node <args>` in the checkout, as if it were this process.
 * @param variables added to its environment. @returns its exit code
 */
export function attend(args, variables) {
  return replaceProcess(runtimeNode(), args, { ...process.env, ...variables, PATH: projectPath });
}

function replaceProcess(node, args, env) {
  // In its own process group, the program receives only the Ctrl-C that is forwarded here, not the terminal's Ctrl-C as well. Without a
  // terminal, it stays in this group, so that a signal to the entire group reaches it.
  const detached = process.stdin.isTTY === true || process.stdout.isTTY === true;
  const child = spawn(node, args, { stdio: 'inherit', env, detached });
  const lastSeen = new Map();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
  for (const signal of signals) {
    process.on(signal, () => {
      const now = performance.now();
      if (now - (lastSeen.get(signal) ?? -Infinity) >= sameSignalMs) child.kill(signal);
      lastSeen.set(signal, now);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === null) return resolve(code);
      // End with the same signal, so that the caller's shell sees the cause.
      signals.forEach((name) => process.removeAllListeners(name));
      process.kill(process.pid, signal);
      setTimeout(() => resolve(128 + constants.signals[signal]), 100);
    });
  });
}

/**
 * Runs a tool to completion and captures its output. If this process receives a signal, the tool is stopped too, which counts as a
 * failure.
 * @returns {Promise<{ code: number, output: string }>} code 127 for a tool that cannot be started
 */
export function runQuietly(command, args, env = { ...process.env, PATH: projectPath }) {
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const forward = (signal) => {
      child.kill(signal);
      // npm ci continues for about 15 seconds. The next command repairs an unfinished installation.
      setTimeout(() => child.kill('SIGKILL'), 2000).unref();
    };
    process.on('SIGINT', forward).on('SIGTERM', forward);
    const end = (code, output) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve({ code, output });
    };
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => end(127, error.message));
    child.on('close', (code, signal) => {
      const ending = signal === null ? '' : `\nended by ${signal}`;
      end(code ?? 1, Buffer.concat(chunks).toString() + ending);
    });
  });
}
