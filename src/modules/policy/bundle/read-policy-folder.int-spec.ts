import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PolicyFolderError, readPolicyFolder } from './read-policy-folder';
import { processorMs } from '../../../../test/support/processor-time';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'policy-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
}

describe('a policy folder', () => {
  it('is read as OPA reads it; tests are read only if requested', async () => {
    write({
      'authz.rego': 'package authz',
      'authz_test.rego': 'package authz\ntest_x if true',
      'lib/x.rego': 'package lib.x',
      'lib/data.yaml': 'limit: 3',
      'data.json': '{"top": true}',
      '.manifest': '{"revision": "7"}',
      '.git/config.rego': 'not read',
      'README.md': 'not read',
    });
    const read = await readPolicyFolder(folder);
    expect(read.sources.map(({ path: file }) => file)).toEqual(['authz.rego', 'lib/x.rego']);
    expect(read).toMatchObject({ tests: [], data: { top: true, lib: { limit: 3 } }, manifest: { revision: '7' } });
    const withTests = await readPolicyFolder(folder, { tests: true });
    expect(withTests.tests.map(({ path: file }) => file)).toEqual(['authz_test.rego']);
    expect(withTests.sources).toEqual(read.sources);
  });

  it('can be mounted through symbolic links, as in Kubernetes', async () => {
    write({ '..2026_01_01/authz.rego': 'package authz' });
    symlinkSync('..2026_01_01', path.join(folder, '..data'));
    symlinkSync('..data/authz.rego', path.join(folder, 'authz.rego'));
    expect((await readPolicyFolder(folder)).sources).toEqual([{ path: 'authz.rego', text: 'package authz' }]);
  });

  it('can define reserved packages if it belongs to the installation, but not if it belongs to a tenant', async () => {
    write({ 'wall.rego': 'package tenant_wall' });
    expect((await readPolicyFolder(folder)).sources).toHaveLength(1);
    await expect(readPolicyFolder(folder, { refuseReserved: true })).rejects.toMatchObject({
      faults: [expect.objectContaining({ code: 'reserved_package', file: 'wall.rego' })],
    });
  });

  it('reports all its faults together if it cannot be used', async () => {
    write({ 'a.rego': 'no package', 'data.json': '{', 'b/data.yaml': 'x: [' });
    const refused = readPolicyFolder(folder);
    await expect(refused).rejects.toBeInstanceOf(PolicyFolderError);
    await expect(refused).rejects.toThrow(/a\.rego:1: .*\n.*b\/data\.yaml.*\n.*data\.json:1: /);
  });

  it('is refused if it links to itself', async () => {
    write({ 'a/x.rego': 'package x' });
    symlinkSync('..', path.join(folder, 'a/up'));
    symlinkSync('.', path.join(folder, 'a/here'));
    const began = processorMs();
    await expect(readPolicyFolder(folder)).rejects.toThrow();
    expect(processorMs() - began).toBeLessThan(5_000);
  });

  it('is refused if it does not exist or contains too many files', async () => {
    await expect(readPolicyFolder(path.join(folder, 'none'))).rejects.toThrow(/ENOENT/);
    write(
      Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`d${index % 3}/f${index}.rego`, 'package x'])),
    );
    await expect(readPolicyFolder(folder)).rejects.toMatchObject({
      faults: [expect.objectContaining({ code: 'limit_exceeded' })],
    });
  });
});
