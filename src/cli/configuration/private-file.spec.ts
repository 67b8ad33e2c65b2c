import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPrivate } from './private-file';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'private-file-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it.each(['a', 'w'] as const)(
  'removes the permissions of others from an existing file opened with "%s"',
  async (flags) => {
    const path = join(folder, 'secrets.jsonl');
    writeFileSync(path, 'before\n');
    chmodSync(path, 0o644);
    const file = await openPrivate(path, flags);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await file.appendFile('after\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe(flags === 'a' ? 'before\nafter\n' : 'after\n');
  },
);

it('creates a file that only its owner can read', async () => {
  const path = join(folder, 'new');
  await (await openPrivate(path, 'w')).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
