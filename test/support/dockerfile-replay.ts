import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { parseDockerfile, type Instruction, type Stage } from './dockerfile-parse';

/** The result of a stage: a folder that represents the image's file system, and the configuration of its containers. */
export interface ReplayedImage {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  /** The ids from USER; undefined while the stage still runs as root. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
  readonly cmd: readonly string[];
  readonly healthcheck: readonly string[];
}

interface ReplayOptions {
  /** The build context: the checkout. */
  readonly context: string;
  /** An empty folder for the stages' file systems. */
  readonly target: string;
  /**
   * Replacements for steps that do not run as written, by the steps' exact text. Each replacement runs in the stage's working folder.
   */
  readonly standIns: Readonly<Record<string, (workdir: string) => void>>;
}

/**
 * Runs a Dockerfile's steps without a Docker engine and returns the last stage.
 *
 * Same as in an image:
 *
 * - The files of each COPY (with .dockerignore).
 * - The commands of RUN and their order.
 * - The environment, the working folder and the command line.
 * - The user's id if the caller is root.
 *
 * Different:
 *
 * - The base image: this machine's tools and its current Node replace it.
 * - Layers: there are none.
 * - The isolation of the file system: absolute paths in commands and variables are rewritten to the folder, and a program that itself
 * contains an absolute path escapes.
 * - Ownership if the caller is not root: chown is skipped, and everything runs as the caller.
 */
export function replayDockerfile(text: string, options: ReplayOptions): ReplayedImage {
  const stages = parseDockerfile(text);
  const done = new Map<string, StageReplay>();
  let last: StageReplay | undefined;
  stages.forEach((stage, index) => {
    last = new StageReplay(path.join(options.target, String(index)), options, done);
    last.run(stage);
    done.set(stage.name ?? String(index), last);
  });
  if (!last) throw new Error('The Dockerfile has no FROM.');
  return last;
}

/** Starts a program from the image as the image's user, with these variables in addition to the image's own. */
export function startInImage(image: ReplayedImage, argv: readonly string[], env: Record<string, string>): ChildProcess {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error('The image does not name a program to start.');
  return spawn(program, args, {
    cwd: path.join(image.root, image.workdir),
    // The caller's environment is not passed on, as in a container.
    env: { ...mapPaths(image.env, image.root), PATH: toolsPath(image.root), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot() && image.user),
  });
}

class StageReplay implements ReplayedImage {
  env: Record<string, string> = {};
  workdir = '/';
  user: ReplayedImage['user'];
  cmd: readonly string[] = [];
  healthcheck: readonly string[] = [];
  readonly #isIgnored: (file: string) => boolean;

  constructor(
    readonly root: string,
    private readonly options: ReplayOptions,
    private readonly stages: ReadonlyMap<string, StageReplay>,
  ) {
    this.#isIgnored = dockerignore(path.join(options.context, '.dockerignore'));
  }

  run(stage: Stage): void {
    // The base image: Node.js 24 and an empty file system. Node.js is linked, so that the image's user does not need access to this
    // checkout.
    mkdirSync(path.join(this.root, 'usr/local/bin'), { recursive: true });
    linkOrCopy(realpathSync(process.execPath), path.join(this.root, 'usr/local/bin/node'));
    for (const instruction of stage.instructions) this.#step(instruction);
  }

  #step(instruction: Instruction): void {
    switch (instruction.op) {
      case 'ENV':
        this.env = { ...this.env, ...instruction.variables };
        return;
      case 'WORKDIR':
        this.workdir = path.posix.resolve(this.workdir, instruction.path);
        mkdirSync(this.#inRoot('.'), { recursive: true });
        return;
      case 'COPY':
        this.#copy(instruction);
        return;
      case 'RUN':
        this.#runCommand(instruction.command);
        return;
      case 'USER':
        this.user = { uid: instruction.uid, gid: instruction.gid };
        return;
      case 'CMD':
        this.cmd = instruction.argv;
        return;
      case 'HEALTHCHECK':
        this.healthcheck = instruction.argv;
        return;
      case 'VOLUME':
        if (!existsSync(this.#inRoot(instruction.path)))
          throw new Error(`VOLUME ${instruction.path} would belong to root.`);
        return;
      case 'EXPOSE':
        return;
    }
  }

  #copy({ from, sources, target }: Extract<Instruction, { op: 'COPY' }>): void {
    const stage = from === undefined ? undefined : this.stages.get(from);
    if (from !== undefined && !stage) throw new Error(`COPY --from=${from}: there is no earlier stage with this name.`);
    const origin = stage ? stage.root : this.options.context;
    for (const source of sources) {
      const file = path.join(origin, source);
      if (!existsSync(file)) throw new Error(`COPY ${source}: no such file.`);
      if (!stage && this.#isIgnored(source)) throw new Error(`COPY ${source}: .dockerignore excludes it.`);
      const isFolder = statSync(file).isDirectory();
      const to = target.endsWith('/') ? this.#inRoot(target, path.basename(source)) : this.#inRoot(target);
      if (isFolder && target.endsWith('/')) throw new Error(`COPY ${source}: a folder's contents need a named target.`);
      mkdirSync(path.dirname(to), { recursive: true });
      // A stage's files belong to this replay, so links are sufficient. They are also fast for the 40,000 files in node_modules.
      if (stage && isFolder) linkTree(file, to);
      else
        cpSync(file, to, {
          recursive: true,
          verbatimSymlinks: true,
          filter: (one) => stage !== undefined || !this.#isIgnored(path.relative(origin, one)),
        });
    }
  }

  #runCommand(command: string): void {
    const standIn = this.options.standIns[command];
    if (standIn) {
      standIn(this.#inRoot('.'));
      return;
    }
    if (this.user) throw new Error(`RUN ${command}: after USER, which this replay does not support.`);
    // An absolute path begins a word; a path within a word ("node_modules/.bin") does not.
    const mapped = command.replace(/(?<=^|[\s"'=])\/(?=[\w.])/g, `${this.root}/`);
    const chown = isRoot() ? '' : 'chown() { :; }; ';
    const env = { ...process.env, ...mapPaths(this.env, this.root), PATH: toolsPath(this.root) };
    try {
      execFileSync('sh', ['-ec', chown + mapped], { cwd: this.#inRoot('.'), env, stdio: 'pipe' });
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
      throw new Error(`RUN ${command} failed:\n${String(stdout)}\n${String(stderr)}`, { cause: error });
    }
  }

  #inRoot(...parts: string[]): string {
    return path.join(this.root, path.posix.resolve(this.workdir, ...parts));
  }
}

/** Copies the tree `from` to `to`, using hard links where the file system allows them and copies otherwise. */
export function linkTree(from: string, to: string): void {
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'pipe' });
  } catch {
    rmSync(to, { recursive: true, force: true });
    execFileSync('cp', ['-a', from, to], { stdio: 'pipe' });
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Returns the image's node first, then this machine's tools, without the checkout's tools. */
function toolsPath(root: string): string {
  const own = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => !folder.includes('node_modules'));
  return [path.join(root, 'usr/local/bin'), ...own].join(path.delimiter);
}

function mapPaths(env: Readonly<Record<string, string>>, root: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.startsWith('/') ? root + value : value]),
  );
}

/**
 * Returns a function that returns true if a file in the context is ignored. The last pattern that matches a file or a
 * folder above it decides.
 */
function dockerignore(file: string): (candidate: string) => boolean {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const rules = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), pattern: line.replace(/^!/, '').replace(/^\/|\/$/g, '') }));
  return (candidate) => {
    const parts = candidate.split(path.sep);
    const withParents = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    const rule = rules.findLast(({ pattern }) => withParents.some((one) => path.matchesGlob(one, pattern)));
    return rule !== undefined && !rule.keeps;
  };
}
