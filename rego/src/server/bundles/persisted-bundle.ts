import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The place of the last good bundle of a name on the disk, where OPA has it. */
const placeOf = (directory: string, name: string): string => path.join(directory, 'bundles', name, 'bundle.tar.gz');

/** Keeps a bundle for the next start. The old one is there until the new one is whole. */
export async function persistBundle(directory: string, name: string, archive: Uint8Array): Promise<void> {
  const place = placeOf(directory, name);
  await mkdir(path.dirname(place), { recursive: true });
  const unfinished = `${place}.${process.pid}.tmp`;
  await writeFile(unfinished, archive, { mode: 0o600 });
  await rename(unfinished, place);
}

/** The bundle that was kept; `null` when there is none. */
export async function readPersistedBundle(directory: string, name: string): Promise<Uint8Array | null> {
  try {
    return await readFile(placeOf(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
