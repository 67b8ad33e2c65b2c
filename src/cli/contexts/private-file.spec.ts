import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { configFolder, readPrivate, writePrivate } from './private-file';

let folder: string;
let file: string;
const modeOf = (target: string): string => (statSync(target).mode & 0o777).toString(8);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'coresdk-private-'));
  file = path.join(folder, 'own', 'deep', 'tokens.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('finds the folder as the XDG specification says', () => {
  expect(configFolder({ XDG_CONFIG_HOME: '/home/ada/cfg' })).toBe('/home/ada/cfg/coresdk');
  const standard = path.join(homedir(), '.config', 'coresdk');
  for (const base of [undefined, '', 'relative/path']) expect(configFolder({ XDG_CONFIG_HOME: base })).toBe(standard);
});

it('writes a file that only its owner can read, and replaces its content', () => {
  expect(readPrivate(file)).toBeNull();
  const umask = process.umask(0);
  try {
    writePrivate(file, 'one');
    writePrivate(file, 'two');
  } finally {
    process.umask(umask);
  }
  expect(readPrivate(file)).toBe('two');
  expect([modeOf(file), modeOf(path.dirname(file)), modeOf(path.join(folder, 'own'))]).toEqual(['600', '700', '700']);
  expect(readdirSync(path.dirname(file))).toEqual(['tokens.json']);
});

it.each([0o640, 0o604, 0o660, 0o622])('refuses a file with mode %o, and says how to fix it', (mode) => {
  writePrivate(file, 'secret');
  chmodSync(file, mode);
  expect(() => readPrivate(file)).toThrow(`Other users can access ${file}. Run: chmod 600 ${file}`);
});

it('refuses a folder that others can access, for reading and for writing', () => {
  const open = path.join(folder, "ada's config");
  mkdirSync(open);
  chmodSync(open, 0o750);
  const inside = path.join(open, 'tokens.json');
  const remedy = `Run: chmod 700 '${folder}/ada'\\''s config'`;
  expect(() => readPrivate(inside)).toThrow(remedy);
  expect(() => {
    writePrivate(inside, 'secret');
  }).toThrow(remedy);
  expect(readdirSync(open)).toEqual([]);
});

it('leaves nothing behind if it cannot write', () => {
  writeFileSync(path.join(folder, 'own'), 'a file, not a folder');
  expect(() => {
    writePrivate(file, 'secret');
  }).toThrow(`${file} cannot be written`);
  mkdirSync(path.join(folder, 'taken'), { mode: 0o700 });
  mkdirSync(path.join(folder, 'taken', 'tokens.json'));
  expect(() => {
    writePrivate(path.join(folder, 'taken', 'tokens.json'), 'secret');
  }).toThrow('cannot be written');
  expect(readdirSync(path.join(folder, 'taken'))).toEqual(['tokens.json']);
  expect(existsSync(file)).toBe(false);
});
