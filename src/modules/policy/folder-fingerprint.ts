import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const MAX_DEPTH = 32;
const MAX_ENTRIES = 10_000;

/**
 * Returns a string that changes when a file in a folder is added, removed, renamed or written. It consists of names, inodes, sizes and
 * change times, and is cheap enough to compute every second. Like the reader of policy folders, it follows links and skips names that begin
 * with a dot.
 * Errors: the errors of the file system.
 */
export async function folderFingerprint(folder: string): Promise<string> {
  const lines: string[] = [];
  await collect(folder, '', 0, lines);
  return lines.join('\n');
}

async function collect(folder: string, below: string, depth: number, lines: string[]): Promise<void> {
  if (depth > MAX_DEPTH) return;
  for (const name of (await readdir(path.join(folder, below))).sort()) {
    if (lines.length >= MAX_ENTRIES) return;
    if (name.startsWith('.') && name !== '.manifest') continue;
    const file = path.join(below, name);
    const entry = await stat(path.join(folder, file));
    if (entry.isDirectory()) await collect(folder, file, depth + 1, lines);
    else lines.push(`${file} ${entry.ino} ${entry.size} ${entry.mtimeMs} ${entry.ctimeMs}`);
  }
}
