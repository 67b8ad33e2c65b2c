import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkersOf, findingsOf } from '../../scripts/steps/published-files.mjs';
import { builtPackage, type PackageFolder } from './built-package';
import { root } from './source-files';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The output of `npm pack --json` for one package. */
type PackReport = readonly [{ readonly files: readonly { readonly path: string }[] }];

/**
 * Creates an empty ES module project, and installs packages of this repository from their packed files. The caller deletes the folder.
 * Nothing is downloaded: the dependencies of the packages, and those in `others` (such as peer dependencies), come from the
 * `node_modules` folder of this repository.
 */
export function projectWith(packages: readonly PackageFolder[], others: readonly string[] = []): string {
  const project = mkdtempSync(path.join(tmpdir(), 'packed-'));
  try {
    const packed = packages.map((folder) => pack(folder, project));
    const external = packed.flatMap(({ dependencies }) => dependencies).filter((name) => !isPacked(packed, name));
    const manifest = {
      type: 'module',
      dependencies: { ...archivesOf(packed), ...linksTo(others) },
      overrides: linksTo(external.filter((name) => !others.includes(name))),
    };
    writeFileSync(path.join(project, 'package.json'), JSON.stringify(manifest));
    npm(['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts'], project);
    // For the compiler: the types of Node.js and of packages without types of their own.
    symlinkSync(path.join(root, 'node_modules/@types'), path.join(project, 'node_modules/@types'));
    return project;
  } catch (fault) {
    rmSync(project, { recursive: true, force: true });
    throw fault;
  }
}

/** Registers a test for each checker. The test fails with the checker's findings. */
export function testPublishedFiles(folder: PackageFolder): void {
  it.each(checkersOf(folder))('passes the checks of %s', async (tool, args) => {
    builtPackage(folder);
    expect(await findingsOf(tool, args)).toBe('');
  });

  it('contains its README, changelog and license, and no sources, tests or build files', () => {
    const [packed] = JSON.parse(npm(['pack', '--dry-run', '--json', '--silent'], builtPackage(folder))) as PackReport;
    const outside = packed.files.map((file) => file.path).filter((file) => !/^dist\/(esm|cjs)\//.test(file));
    expect(outside.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json']);
  });
}

interface Packed {
  readonly name: string;
  readonly archive: string;
  readonly dependencies: readonly string[];
}

function pack(name: PackageFolder, destination: string): Packed {
  const folder = builtPackage(name);
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
  const file = npm(['pack', '--silent', '--pack-destination', destination], folder).trim();
  return { name: manifest.name, archive: file, dependencies: Object.keys(manifest.dependencies ?? {}) };
}

/** Packs packages as for the registry. @returns the dependencies of a project in `destination` that installs the packed files. */
export const packedPackages = (
  packages: readonly PackageFolder[],
  destination: string,
): Readonly<Record<string, string>> => archivesOf(packages.map((folder) => pack(folder, destination)));

const archivesOf = (packed: readonly Packed[]): Readonly<Record<string, string>> =>
  Object.fromEntries(packed.map(({ name, archive }) => [name, `file:${archive}`]));

const isPacked = (packed: readonly Packed[], name: string): boolean => packed.some((one) => one.name === name);

const linksTo = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, `file:${path.join(root, 'node_modules', name)}`]));

/** Runs npm. @returns its output. Throws with its error output if it fails. */
export function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
