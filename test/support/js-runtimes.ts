import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { installedPackages } from './installed-packages';

/** The oldest version of Node.js that the SDK supports. npm has it for Linux only. */
const OLDEST_NODE = '20.19.0';
export const hasOldestNode = process.platform === 'linux';

/** The JavaScript runtimes that npm installs for tests. `@edge-runtime/vm` has the APIs of edge workers. */
const PACKAGES = {
  '@edge-runtime/vm': '5.0.0',
  bun: '1.4.5',
  deno: '2.9.6',
  ...(hasOldestNode ? { 'oldest-node': `npm:node-linux-${process.arch}@${OLDEST_NODE}` } : {}),
};
const RUN_MS = 120_000;

/** Runs a file of an ES module project in a runtime. Returns its output; throws with its error output if it fails. */
export type Run = (project: string, file: string) => Promise<string>;

export const inNode: Run = (project, file) => output(process.execPath, [file], project);

export const inOldestNode: Run = (project, file) =>
  output(path.join(installed(), 'oldest-node/bin/node'), [file], project);

export const inBun: Run = (project, file) => output(binary('@oven', 'bin/bun'), ['--no-install', file], project);

/** Runs a program that may only use the network of this machine: no files, and no environment. */
export const inDeno: Run = (project, file) =>
  output(binary('@deno', 'deno'), ['run', '--no-prompt', '--cached-only', '--allow-net=127.0.0.1', file], project);

/** Runs a bundled script in an edge runtime. Its result is the value of `globalThis.result`, a promise of a string. */
export const inEdgeRuntime: Run = (project, file) => {
  const program = `
    const { EdgeVM } = require(${JSON.stringify(path.join(installed(), '@edge-runtime/vm'))});
    const vm = new EdgeVM();
    vm.evaluate(require('node:fs').readFileSync(${JSON.stringify(file)}, 'utf8'));
    vm.evaluate('globalThis.result').then((text) => process.stdout.write(text));`;
  return output(process.execPath, ['-e', program], project);
};

async function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: cwd, DENO_DIR: path.join(cwd, '.deno'), DENO_NO_UPDATE_CHECK: '1' };
  const { stdout } = await promisify(execFile)(command, args, { cwd, env, timeout: RUN_MS });
  return stdout.trim();
}

/** Returns the program for this machine. npm installs only the package for its platform. */
function binary(scope: string, file: string): string {
  const folder = path.join(installed(), scope);
  const [platform] = readdirSync(folder);
  if (platform === undefined) throw new Error(`${scope} has no program for this platform.`);
  return path.join(folder, platform, file);
}

/** Returns the `node_modules` folder with the runtimes. Their install scripts would only replace a placeholder by the program. */
const installed = (): string => installedPackages('js-runtimes', PACKAGES);
