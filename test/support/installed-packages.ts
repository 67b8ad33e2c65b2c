import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './source-files';

const CACHE = path.join(root, 'node_modules/.cache');
const INSTALL_MS = 600_000;

type Versions = Readonly<Record<string, string>>;

/**
 * Installs npm packages that are not dependencies of this repository, without their install scripts. The first call needs the npm registry;
 * the packages stay in the cache until the versions change.
 * @param name the start of the folder's name
 * @returns the `node_modules` folder that contains the packages
 */
export function installedPackages(name: string, dependencies: Versions): string {
  const manifest = JSON.stringify({ private: true, dependencies });
  const folder = path.join(CACHE, `${name}-${createHash('sha256').update(manifest).digest('hex').slice(0, 16)}`);
  if (!existsSync(folder)) install(folder, manifest);
  return path.join(folder, 'node_modules');
}

/** Installs the packages of an example, except for the packages of this repository. Next.js takes 340 MB and about 20 s. */
export function installedExamplePackages(example: string): string {
  const text = readFileSync(path.join(root, 'docs/examples', example, 'package.json'), 'utf8');
  const { dependencies, devDependencies } = JSON.parse(text) as Readonly<Record<string, Versions>>;
  const published = Object.entries({ ...dependencies, ...devDependencies }).filter(([, it]) => !it.startsWith('file:'));
  return installedPackages(`example-${example}`, Object.fromEntries(published));
}

function install(folder: string, manifest: string): void {
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  try {
    writeFileSync(path.join(fresh, 'package.json'), manifest);
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', args, { cwd: fresh, stdio: 'pipe', timeout: INSTALL_MS });
    renameSync(fresh, folder);
  } catch (fault) {
    // A concurrent run was faster.
    if (!existsSync(folder)) throw fault;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
