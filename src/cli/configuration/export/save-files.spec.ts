import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveFiles } from './save-files';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'save-files-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const save = (...paths: readonly string[]): Promise<void> =>
  saveFiles(join(folder, 'out'), new Map(['platform.yaml', ...paths].map((path) => [path, Buffer.from(path)])));

it('stores files in folders', async () => {
  await save('policies/acme/authz.rego');
  expect(readFileSync(join(folder, 'out/policies/acme/authz.rego'), 'utf8')).toBe('policies/acme/authz.rego');
});

it.each([
  '../escaped',
  'policies/../../escaped',
  '/etc/escaped',
  'policies//escaped',
  './escaped',
  'policies/..\\escaped',
  'C:escaped',
  'platform.yaml/escaped',
])('refuses the path %s and stores nothing', async (path) => {
  await expect(save(path)).rejects.toThrow(`The platform has a file with the path "${path}"`);
  expect(existsSync(join(folder, 'out'))).toBe(false);
});

it('does not follow a symbolic link', async () => {
  await save('policies/first');
  symlinkSync(join(folder, 'target'), join(folder, 'out/link'));
  await expect(saveFiles(join(folder, 'out'), new Map([['link', Buffer.from('x')]]))).rejects.toThrow('EEXIST');
  expect(existsSync(join(folder, 'target'))).toBe(false);
});
