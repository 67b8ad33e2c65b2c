import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');
const PACKAGES = {
  'coresdk-platform': '.',
  '@coresdk/rego': 'rego',
  '@cpod/sdk': 'sdk',
  '@cpod/react': 'sdk-react',
} as const;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'coresdk-release-'));
  for (const name of Object.values(PACKAGES)) {
    mkdirSync(path.join(folder, name), { recursive: true });
    cpSync(path.join(ROOT, name, 'package.json'), path.join(folder, name, 'package.json'));
  }
  for (const name of ['package-lock.json', 'scripts', '.changeset'])
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settingsOf = (name: string): { version: string; workspaces?: readonly string[] } =>
  JSON.parse(readFileSync(path.join(folder, name, 'package.json'), 'utf8')) as { version: string };

describe('npm run changeset -- version', () => {
  it('turns change notes into versions and changelogs for the product and its packages', () => {
    const before = Object.values(PACKAGES).map((name) => settingsOf(name).version);
    const names = Object.keys(PACKAGES).map((name) => `'${name}': major\n`);
    writeFileSync(path.join(folder, '.changeset/a-note.md'), `---\n${names.join('')}---\n\nA new feature.\n`);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/changeset.mjs', 'version'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
    for (const [at, name] of Object.values(PACKAGES).entries()) {
      const { version } = settingsOf(name);
      expect(version).not.toBe(before[at]);
      const changelog = readFileSync(path.join(folder, name, 'CHANGELOG.md'), 'utf8');
      expect(changelog).toContain(`## ${version}`);
      expect(changelog).toContain('A new feature.');
    }
    expect(existsSync(path.join(folder, '.changeset/a-note.md'))).toBe(false);
    expect(settingsOf('.').workspaces).toEqual(['rego', 'sdk', 'sdk-react']);
  });
});
