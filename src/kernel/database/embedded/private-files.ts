import { randomBytes } from 'node:crypto';
import { lchown, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { codeOf } from './embedded-postgres.error';

/**
 * Atomically replaces a file, with mode 0600. The file is on disk when this function returns, and a reader sees either the old content or
 * the new content.
 */
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

/** Returns the content of a file; undefined if the file does not exist. Throws any other error. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((fault: unknown) => {
    if (codeOf(fault) === 'ENOENT') return undefined;
    throw fault;
  });
}

/** Creates a folder and its parents unless they exist. An existing folder keeps its mode and owner. */
export async function makeFolder(path: string, mode: number): Promise<void> {
  const highestMade = await mkdir(path, { recursive: true, mode });
  if (highestMade === undefined) return;
  const made: string[] = [];
  for (let folder = resolve(path); folder.length >= highestMade.length; folder = dirname(folder)) made.unshift(folder);
  for (const folder of made) await ownLikeFolder(folder);
}

/** Changes the owner of a file to the owner of its folder. Root must not leave files in a user's folder that the user cannot open. */
export async function ownLikeFolder(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(dirname(path));
  await lchown(path, uid, gid);
}
