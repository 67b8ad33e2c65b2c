import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtPackage } from './built-package';
import type { Installation } from './installation';
import { readMadeSecrets } from './made-secrets';

const root = path.resolve(__dirname, '../..');

/** Files that remain in an example's folder after someone followed its README. */
const LEFT_BEHIND: ReadonlySet<string> = new Set(['node_modules', 'secrets.jsonl']);

type Versions = Readonly<Record<string, string>>;

/** Returns the names of the packages that the manifest in a folder lists. */
async function packagesOf(folder: string): Promise<readonly string[]> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies?: Versions;
    readonly devDependencies?: Versions;
  };
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
}

/**
 * An application from docs/examples in a separate folder, with its packages in the location where `npm install` would put them: the built
 * SDK, and packages of this repository.
 */
export class ExampleApp {
  private readonly children: ChildProcess[] = [];

  private constructor(
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param environment the complete environment of its programs.
   * @param modules the `node_modules` folder that contains its packages, by default that of this repository.
   * @param parent the folder for the copy. Turbopack follows links only inside the outermost folder with a lockfile, so it needs a copy inside
   * this repository.
   */
  static async open(
    name: string,
    environment: Readonly<Record<string, string>>,
    modules = path.join(root, 'node_modules'),
    parent = tmpdir(),
  ): Promise<ExampleApp> {
    await mkdir(parent, { recursive: true });
    const folder = await mkdtemp(path.join(parent, 'coresdk-example-'));
    const isSource = (file: string): boolean => !LEFT_BEHIND.has(path.basename(file));
    await cp(path.join(root, 'docs/examples', name), folder, { recursive: true, filter: isSource });
    for (const name of await packagesOf(folder)) {
      const place = path.join(folder, 'node_modules', name);
      await mkdir(path.dirname(place), { recursive: true });
      await symlink(name === '@cpod/sdk' ? builtPackage('sdk') : path.join(modules, name), place);
    }
    return new ExampleApp(folder, environment);
  }

  /** Runs a program to completion. @returns its output. Throws with the output if the program fails. */
  async run(program: string, more: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<string> {
    const child = this.start(program, more, args);
    const [code] = (await once(child.process, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${child.output()}`);
    return child.output();
  }

  /** Replaces text in one of its files. Throws if the file does not contain the text. */
  async edit(file: string, from: string, to: string): Promise<void> {
    const text = await readFile(path.join(this.folder, file), 'utf8');
    if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
    await writeFile(path.join(this.folder, file), text.replaceAll(from, to));
  }

  /**
   * Applies its platform.yaml as the administrator.
   * @param clientId the app that the program uses.
   * @returns the variables of the app's credentials.
   */
  async configure(installation: Installation, clientId: string): Promise<Readonly<Record<string, string>>> {
    const administrator = {
      CPOD_URL: installation.backendUrl,
      CPOD_CONTROL_PLANE_URL: installation.controlPlaneUrl,
      CPOD_CLIENT_ID: 'app-admin',
      CPOD_CLIENT_SECRET: installation.secrets.adminSecret,
    };
    const args = ['apply', '-f', 'platform.yaml', '--yes', '--secrets-out', 'secrets.jsonl'];
    await this.run(path.join(root, 'dist/bundle/src/cli/main.js'), administrator, args);
    const made = readMadeSecrets(path.join(this.folder, 'secrets.jsonl'));
    const secret = made.find(({ client_id: id }) => id === clientId)?.client_secret;
    if (secret === undefined) throw new Error(`The configuration made no secret for ${clientId}.`);
    return { CPOD_CLIENT_ID: clientId, CPOD_CLIENT_SECRET: secret };
  }

  /** Starts a program that keeps running. Resolves when it has printed `word`. */
  async serve(
    program: string,
    more: Readonly<Record<string, string>>,
    word: string,
    args: readonly string[] = [],
  ): Promise<void> {
    const { process: child, output } = this.start(program, more, args);
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', () => (output().includes(word) ? resolve() : undefined));
      child.on('close', () => reject(new Error(`${program} ended: ${output()}`)));
    });
  }

  async remove(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  private start(program: string, more: Readonly<Record<string, string>>, args: readonly string[] = []) {
    const env = { ...this.environment, ...more };
    const child = spawn(process.execPath, ['--no-warnings', program, ...args], {
      cwd: this.folder,
      env,
      stdio: 'pipe',
    });
    this.children.push(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return { process: child, output: () => text };
  }
}
