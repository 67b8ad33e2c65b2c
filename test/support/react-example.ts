import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtPackage } from './built-package';
import { eventually } from './eventually';

const ROOT = path.resolve(__dirname, '../..');
/** The packages of earlier runs, so that later runs need no network. */
const NPM_CACHE = path.join(ROOT, 'node_modules/.cache/npm-react-example');
const PACKED = { '@cpod/sdk': 'sdk', '@cpod/react': 'sdk-react' } as const;

/** Runs npm. @returns its output. Throws with its error output if it fails. */
export function npm(args: readonly string[], cwd: string): string {
  const all = [...args, '--no-audit', '--no-fund', '--prefer-offline', '--cache', NPM_CACHE];
  return execFileSync('npm', all, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Packs the packages as for the registry. @returns the dependencies of a project that installs the packed files. */
export function packedPackages(folder: string): Readonly<Record<string, string>> {
  const packed = Object.entries(PACKED).map(([name, source]) => {
    const output = npm(['pack', '--silent', '--pack-destination', folder], builtPackage(source));
    return [name, `file:${path.join(folder, output.trim())}`];
  });
  return Object.fromEntries(packed) as Readonly<Record<string, string>>;
}

/** docs/examples/react in a separate folder, with the packages installed from their packed files, and its development server. */
export class ReactExample {
  private constructor(
    private readonly folder: string,
    readonly origin: string,
    private server: ChildProcess | null = null,
  ) {}

  static async install(port: number): Promise<ReactExample> {
    const folder = await mkdtemp(path.join(tmpdir(), 'cpod-react-'));
    const leftOut = ['node_modules', 'dist', 'package-lock.json'];
    const filter = (file: string): boolean => !leftOut.includes(path.basename(file));
    await cp(path.join(ROOT, 'docs/examples/react'), folder, { recursive: true, filter });
    const file = path.join(folder, 'package.json');
    const settings = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
    Object.assign(settings.dependencies, packedPackages(folder));
    await writeFile(file, JSON.stringify(settings));
    npm(['install'], folder);
    return new ReactExample(folder, `http://localhost:${port}`);
  }

  /** Checks its types and builds it, as for a release. */
  build(): string {
    return npm(['run', 'build'], this.folder);
  }

  async serve(environment: Readonly<Record<string, string>>): Promise<void> {
    const vite = path.join(this.folder, 'node_modules/vite/bin/vite.js');
    const args = [vite, '--port', new URL(this.origin).port, '--strictPort'];
    const env = { ...process.env, ...environment };
    const server = spawn(process.execPath, args, { cwd: this.folder, env, stdio: 'ignore' });
    this.server = server;
    await eventually(async () => {
      if (server.exitCode === null) expect((await fetch(this.origin)).status).toBe(200);
    });
    expect(server.exitCode).toBeNull();
  }

  async remove(): Promise<void> {
    if (this.server?.exitCode === null) {
      this.server.kill();
      await once(this.server, 'exit');
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
