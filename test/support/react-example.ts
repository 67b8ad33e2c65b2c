import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from './eventually';
import { npm, packedPackages } from './packed-package';
import { root } from './source-files';

/** The packages of earlier runs, so that later runs need no network. */
const NPM_CACHE = path.join(root, 'node_modules/.cache/npm-react-example');

/** Installs the packages of the project in a folder. */
export function install(folder: string): void {
  npm(['install', '--no-audit', '--no-fund', '--prefer-offline', '--cache', NPM_CACHE], folder);
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
    await cp(path.join(root, 'docs/examples/react'), folder, { recursive: true, filter });
    const file = path.join(folder, 'package.json');
    const settings = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
    Object.assign(settings.dependencies, packedPackages(['sdk', 'sdk-react'], folder));
    await writeFile(file, JSON.stringify(settings));
    install(folder);
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
