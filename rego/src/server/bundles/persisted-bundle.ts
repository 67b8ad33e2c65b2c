import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Returns the path of the last valid bundle with this name. The path is the same as in OPA. */
const placeOf = (directory: string, name: string): string => path.join(directory, 'bundles', name, 'bundle.tar.gz');

/** Stores a bundle for the next start. Replaces the previous one only when the new one is complete. */
export async function persistBundle(directory: string, name: string, archive: Uint8Array): Promise<void> {
  const place = placeOf(directory, name);
  await mkdir(path.dirname(place), { recursive: true });
  const unfinished = `${place}.${process.pid}.tmp`;
  await writeFile(unfinished, archive, { mode: 0o600 });
  await rename(unfinished, place);
}

/** Returns the stored bundle, or `null` if there is none. */
export async function readPersistedBundle(directory: string, name: string): Promise<Uint8Array | null> {
  try {
    return await readFile(placeOf(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
