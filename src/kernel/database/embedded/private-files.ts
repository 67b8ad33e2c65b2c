import { randomBytes } from 'node:crypto';
import { lchown, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf } from './embedded-postgres.error';

/** Replaces a file in one step, mode 0600, on disk when this returns: a reader sees the old text or the new one. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await ownLikeFolder(draft);
  await rename(draft, path);
}

/** The text of a file, undefined when there is none; any other fault is thrown. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((fault: unknown) => {
    if (codeOf(fault) === 'ENOENT') return undefined;
    throw fault;
  });
}

/** Makes a folder, and those above it, unless it is there; an existing one keeps its mode and owner. */
export async function makeFolder(path: string, mode: number): Promise<void> {
  const highestMade = await mkdir(path, { recursive: true, mode });
  if (highestMade === undefined) return;
  const made: string[] = [];
  for (let folder = resolve(path); folder.length >= highestMade.length; folder = dirname(folder)) made.unshift(folder);
  for (const folder of made) await ownLikeFolder(folder);
}

/** Root working in a user's folder must not leave files there that the user can no longer open. */
export async function ownLikeFolder(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(dirname(path));
  await lchown(path, uid, gid);
}
