import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** One call to the engine's program. */
export interface EngineCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The standard input. */
  readonly stdin: string;
}

/**
 * A stand-in for podman, so that test machines do not need it. This program records its calls, and implements the few commands that the
 * product uses in the same way as podman:
 *
 * - `create` stores a container.
 * - `start --attach` runs its command as a plain process with the container's variables and directories, and exits with
 *   its code.
 * - `stop` asks the process to exit and kills it after the given time.
 * - `container inspect` and `ps` report on containers, and `rm` removes them.
 *
 * It does not isolate anything: tests with a real engine cover the isolation, and the tests here cover the arguments that request it.
 */
export class StandInEngine {
  /** The path of the program. */
  readonly file: string;

  constructor(private readonly folder: string) {
    mkdirSync(path.join(folder, 'containers'), { recursive: true });
    this.file = path.join(folder, 'podman');
    writeFileSync(this.file, `#!${process.execPath}\n${PROGRAM}`);
    chmodSync(this.file, 0o755);
  }

  /** All calls so far, in order. */
  get calls(): readonly EngineCall[] {
    const file = path.join(this.folder, 'calls');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as EngineCall);
  }

  /** Returns the arguments of the only call of this kind. */
  call(word: string): readonly string[] {
    const [found, ...more] = this.calls.filter(({ args }) => args[0] === word);
    if (found === undefined || more.length > 0) throw new Error(`Expected exactly one ${word} call.`);
    return found.args;
  }
}

const PROGRAM = `
const fs = require('node:fs');
const path = require('node:path');
const { spawn } = require('node:child_process');
const folder = __dirname;
const args = process.argv.slice(2);
fs.appendFileSync(path.join(folder, 'calls'), JSON.stringify({ args, env: process.env, stdin: fs.readFileSync(0, 'utf8') }) + '\\n');
const fileOf = (name) => path.join(folder, 'containers', name);
const all = () => fs.readdirSync(path.join(folder, 'containers')).map((name) => [name, JSON.parse(fs.readFileSync(fileOf(name), 'utf8'))]);
const find = (word) => all().find(([name, { id }]) => name === word || id === word) ?? fail(125, 'Error: no such container "' + word + '"');
const save = (name, of) => fs.writeFileSync(fileOf(name), JSON.stringify(of));
const fail = (code, words) => { process.stderr.write(words + '\\n'); process.exit(code); };
const option = (list, name) => list.filter((word) => word.startsWith('--' + name + '=')).map((word) => word.slice(name.length + 3));
const words = {
  create() {
    const image = args.findIndex((word, index) => index > 0 && !word.startsWith('--'));
    if (args[image].includes('missing')) fail(125, 'Error: initializing source: manifest unknown');
    const options = args.slice(0, image);
    const variables = Object.fromEntries(fs.readFileSync(option(options, 'env-file')[0], 'utf8').split('\\n').filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    const mounts = option(options, 'volume').map((volume) => volume.split(':'));
    const entrypoint = option(options, 'entrypoint').flatMap((text) => JSON.parse(text));
    const id = require('node:crypto').randomBytes(32).toString('hex');
    save(option(options, 'name')[0], { id, labels: option(options, 'label'), variables, mounts,
      command: [...entrypoint, ...args.slice(image + 1)], status: 'created', code: 0, pid: 0, oom: false });
    console.log(id);
  },
  start() {
    const [name, of] = find(args[2]);
    const inside = (text) => of.mounts.reduce((t, [source, target]) => t.replaceAll(target + '/', source + '/').replaceAll(target, source), text);
    const env = Object.fromEntries(Object.entries(of.variables).map(([key, value]) => [key, key.startsWith('CORESDK_') ? inside(value) : value]));
    const child = spawn(of.command[0], of.command.slice(1), { env: { PATH: process.env.PATH, ...env }, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => fail(127, 'Error: ' + error.message));
    save(name, { ...of, status: 'running', pid: child.pid });
    child.on('exit', (code, signal) => {
      const end = code ?? 128 + require('node:os').constants.signals[signal];
      if (fs.existsSync(fileOf(name))) save(name, { ...of, status: 'exited', code: end, oom: of.variables.OOM === 'yes' });
      process.exit(end);
    });
  },
  stop() {
    const [, { pid }] = find(args[3]);
    const alive = () => { try { process.kill(-pid, 0); return true; } catch { return false; } };
    process.kill(-pid, 'SIGTERM');
    const until = Date.now() + Number(args[2]) * 1000;
    const look = () => { if (alive() && Date.now() >= until) process.kill(-pid, 'SIGKILL'); if (alive()) setTimeout(look, 20); };
    look();
  },
  container() {
    const [, { status, oom, code }] = find(args[3]);
    console.log(status + ' ' + oom + ' ' + code);
  },
  ps() {
    const [wanted] = option(args, 'filter').map((text) => text.slice('label='.length));
    for (const [, { id, labels }] of all()) if (labels.includes(wanted)) console.log(id);
  },
  rm() {
    for (const word of args.slice(1).filter((w) => !w.startsWith('--'))) {
      const [name, { pid, status }] = find(word);
      fs.rmSync(fileOf(name));
      if (status === 'running') try { process.kill(-pid, 'SIGKILL'); } catch {}
    }
  },
};
(words[args[0]] ?? (() => fail(125, 'unknown word')))();
`;
